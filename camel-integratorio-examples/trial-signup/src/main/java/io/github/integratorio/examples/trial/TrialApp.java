package io.github.integratorio.examples.trial;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.util.Collection;

import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.main.Main;
import org.apache.camel.support.LifecycleStrategySupport;

/** The application: the database, the beans, and the routes that join them. */
final class TrialApp implements AutoCloseable {

    private final TrialConfig settings;
    private final Clock clock;
    private final DemoEnvironment world;
    private final Database database;
    private final Main main = new Main();

    /**
     * Starts it.
     *
     * @param settings what is set
     * @param world    the embedded integrator.io; null when it is a real one
     * @param clock    tells the time
     * @throws IllegalStateException if the port is taken, or is not one of this machine
     */
    TrialApp(TrialConfig settings, DemoEnvironment world, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.world = world;
        requireFreePort(settings);
        database = new Database(settings);
        try {
            configure();
            main.init();
            bind(main.getCamelContext());
            main.start();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The server itself only warns when it cannot listen, and the application would run on without its pages. */
    private static void requireFreePort(TrialConfig settings) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(settings.host(), settings.port()));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException("TRIAL_PORT: cannot listen on port " + settings.port() + " of " + settings.host()
                    + " (" + e.getMessage() + ")", e);
        }
    }

    private void configure() {
        main.addInitialProperty("camel.server.host", settings.host());
        main.addInitialProperty("camel.server.port", String.valueOf(settings.port()));
        main.addInitialProperty("poll", String.valueOf(settings.poll().toMillis()));
        if (world != null) {
            useApi(world.api().token(), world.connector(), "base-url", world.api().baseUrl());
            main.addOverrideProperty("camel.main.routes-include-pattern", "classpath:routes/*.camel.yaml,classpath:demo/*.camel.yaml");
        } else if (settings.apiUrl().isEmpty()) {
            useApi(settings.token(), settings.connector(), "region", settings.region());
        } else {
            useApi(settings.token(), settings.connector(), "base-url", settings.apiUrl());
        }
    }

    private void useApi(String token, String connector, String option, String place) {
        main.addInitialProperty("camel.component.integratorio.access-token", token);
        main.addInitialProperty("camel.component.integratorio." + option, place);
        main.addInitialProperty("connector", connector);
    }

    private void bind(CamelContext context) {
        ProducerTemplate routes = context.createProducerTemplate();
        SignUps signUps = new SignUps(database, clock);
        LicenseReplica mirror = new LicenseReplica(database, clock);
        Pages pages = new Pages(settings);
        TokenSigner seal = new TokenSigner(settings, clock);
        // The change feeds remember in the same database, since it is the only one.
        main.bind("database", database.source());
        main.bind("mirror", mirror);
        main.bind("provisioner", new Provisioner(signUps, database.transaction(), routes, settings, clock));
        main.bind("assets", new Assets(pages, settings));
        main.bind("signUpPages", new SignUpPages(pages, signUps, seal, settings, clock));
        main.bind("vendorPages", new VendorPages(pages, signUps, mirror, seal, settings, clock));
        if (world != null) {
            main.bind("demoPages", new DemoPages(world, pages, seal, settings, routes));
        }
        SecurityFilter shield = new SecurityFilter(pages, settings);
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            private boolean done;

            // Later than the server's start, earlier than that of the first route.
            @Override
            public void onRoutesAdd(Collection<Route> added) {
                if (!done) {
                    done = true;
                    String router = VertxPlatformHttpRouter.getRouterNameFromPort(settings.port());
                    shield.protect(VertxPlatformHttpRouter.lookup(context, router));
                }
            }
        });
    }

    /** The port it listens on. */
    int port() {
        return main.getCamelContext().hasService(VertxPlatformHttpServer.class).getPort();
    }

    /** Where a browser on this machine finds it. */
    String url() {
        return "http://" + settings.host() + ":" + port();
    }

    Database database() {
        return database;
    }

    @Override
    public void close() {
        main.stop();
        database.close();
    }
}
