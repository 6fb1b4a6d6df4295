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

/** The application: database, beans and routes. */
final class TrialApp implements AutoCloseable {

    private final TrialConfig config;
    private final Clock clock;
    private final DemoEnvironment demo;
    private final Database database;
    private final Main main = new Main();

    /**
     * Starts the application.
     *
     * @param config the configuration
     * @param demo   the embedded integrator.io; null with a real account
     * @param clock  the clock
     * @throws IllegalStateException if it cannot listen on the port
     */
    TrialApp(TrialConfig config, DemoEnvironment demo, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.demo = demo;
        requireFreePort(config);
        database = new Database(config);
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

    /** Fails early: the server only logs a warning if it cannot listen, and the application would run without pages. */
    private static void requireFreePort(TrialConfig config) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(config.host(), config.port()));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "TRIAL_PORT: cannot listen on port " + config.port() + " of " + config.host()
                            + " (" + e.getMessage() + ")",
                    e);
        }
    }

    private void configure() {
        main.addInitialProperty("camel.server.host", config.host());
        main.addInitialProperty("camel.server.port", String.valueOf(config.port()));
        main.addInitialProperty("poll", String.valueOf(config.poll().toMillis()));
        if (demo != null) {
            useApi(demo.api().token(), demo.connector(), "base-url", demo.api().baseUrl());
            main.addOverrideProperty("camel.main.routes-include-pattern",
                    "classpath:routes/*.camel.yaml,classpath:demo/*.camel.yaml");
        } else if (config.apiUrl().isEmpty()) {
            useApi(config.token(), config.connector(), "region", config.region());
        } else {
            useApi(config.token(), config.connector(), "base-url", config.apiUrl());
        }
    }

    private void useApi(String token, String connector, String option, String value) {
        main.addInitialProperty("camel.component.integratorio.access-token", token);
        main.addInitialProperty("camel.component.integratorio." + option, value);
        main.addInitialProperty("connector", connector);
    }

    private void bind(CamelContext context) {
        ProducerTemplate routes = context.createProducerTemplate();
        SignUpRepository signUps = new SignUpRepository(database, clock);
        LicenseReplica replica = new LicenseReplica(database, clock);
        FeedAge feedAge = new FeedAge(clock);
        Pages pages = new Pages(config);
        TokenSigner tokenSigner = new TokenSigner(config, clock);
        // The change feeds keep their state in this database, too.
        main.bind("database", database.source());
        main.bind("licenseReplica", replica);
        main.bind("feedAge", feedAge);
        main.bind("provisioner", new Provisioner(signUps, database.transaction(), routes, config, clock));
        main.bind("assets", new Assets(pages, config));
        main.bind("signUpPages", new SignUpPages(pages, signUps, tokenSigner, config, clock));
        main.bind("vendorPages", new VendorPages(pages, signUps, replica, feedAge, tokenSigner, config, clock));
        if (demo != null) {
            main.bind("demoPages", new DemoPages(demo, pages, tokenSigner, config, routes));
        }
        SecurityFilter securityFilter = new SecurityFilter(pages, config);
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            private boolean installed;

            // Runs after the start of the server and before that of the first route.
            @Override
            public void onRoutesAdd(Collection<Route> added) {
                if (!installed) {
                    installed = true;
                    String router = VertxPlatformHttpRouter.getRouterNameFromPort(config.port());
                    securityFilter.install(VertxPlatformHttpRouter.lookup(context, router));
                }
            }
        });
    }

    /** Returns the port. */
    int port() {
        return main.getCamelContext().hasService(VertxPlatformHttpServer.class).getPort();
    }

    /** Returns the URL for a browser on this machine. */
    String url() {
        return "http://" + config.host() + ":" + port();
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
