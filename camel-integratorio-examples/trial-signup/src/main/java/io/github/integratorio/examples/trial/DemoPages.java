package io.github.integratorio.examples.trial;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** The page that controls the embedded integrator.io; not available with a real account. */
public final class DemoPages {

    private final DemoEnvironment demo;
    private final Pages pages;
    private final TokenSigner tokenSigner;
    private final TrialConfig config;
    private final ProducerTemplate routes;
    private volatile boolean updating;

    DemoPages(DemoEnvironment demo, Pages pages, TokenSigner tokenSigner, TrialConfig config, ProducerTemplate routes) {
        this.demo = demo;
        this.pages = pages;
        this.tokenSigner = tokenSigner;
        this.config = config;
        this.routes = routes;
    }

    /** Shows the page. */
    public void showPage(Exchange exchange) {
        Map<String, Object> model = new HashMap<>();
        model.put("token", tokenSigner.issueFormToken(WebRequest.of(exchange, config)));
        model.put("down", demo.isDown());
        model.put("updating", updating);
        model.put("api", demo.api().baseUrl());
        model.put("nobody", DemoEnvironment.NOBODY);
        pages.show(exchange, 200, "demo", model);
    }

    /** Performs the action of a button. */
    public synchronized void perform(Exchange exchange) {
        WebRequest request = WebRequest.of(exchange, config);
        if (tokenSigner.hasValidFormToken(request)) {
            switch (String.valueOf(request.field("do"))) {
                case "down" -> demo.takeDown();
                case "up" -> demo.bringBack();
                case "install" -> demo.installAll();
                case "uninstall" -> demo.uninstallOne();
                case "update" -> pushUpdate();
                case "updated" -> {
                    demo.finishUpdates();
                    updating = false;
                }
                case "account" -> demo.addMissingUser();
                default -> {}
            }
        }
        pages.redirect(exchange, "/demo");
    }

    private void pushUpdate() {
        List<String> installs = demo.listInstalls();
        if (!installs.isEmpty() && !demo.isDown()) {
            routes.requestBody("direct:push-update", installs);
            updating = true;
        }
    }
}
