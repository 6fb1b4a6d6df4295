package io.github.integratorio.examples.trial;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** The page that makes something happen at the embedded integrator.io. There is none where a real account is used. */
public final class DemoPages {

    private final DemoEnvironment world;
    private final Pages pages;
    private final TokenSigner seal;
    private final TrialConfig settings;
    private final ProducerTemplate routes;
    private volatile boolean updating;

    DemoPages(DemoEnvironment world, Pages pages, TokenSigner seal, TrialConfig settings, ProducerTemplate routes) {
        this.world = world;
        this.pages = pages;
        this.seal = seal;
        this.settings = settings;
        this.routes = routes;
    }

    /** Shows it. */
    public void page(Exchange exchange) {
        Map<String, Object> model = new HashMap<>();
        model.put("token", seal.formToken(WebRequest.of(exchange, settings)));
        model.put("down", world.isDown());
        model.put("updating", updating);
        model.put("api", world.api().baseUrl());
        model.put("nobody", DemoEnvironment.NOBODY);
        pages.show(exchange, 200, "demo", model);
    }

    /** Does what a button says. */
    public synchronized void act(Exchange exchange) {
        WebRequest visit = WebRequest.of(exchange, settings);
        if (seal.isOwnForm(visit)) {
            switch (String.valueOf(visit.field("do"))) {
                case "down" -> world.goDown();
                case "up" -> world.comeBack();
                case "install" -> world.everybodyInstalls();
                case "uninstall" -> world.oneUninstalls();
                case "update" -> pushUpdate();
                case "updated" -> {
                    world.updatesEnd();
                    updating = false;
                }
                case "account" -> world.nobodyGetsAnAccount();
                default -> { }
            }
        }
        pages.redirect(exchange, "/demo");
    }

    private void pushUpdate() {
        List<String> installs = world.installs();
        if (!installs.isEmpty() && !world.isDown()) {
            routes.requestBody("direct:push-update", installs);
            updating = true;
        }
    }
}
