package io.github.integratorio.examples.subscriptions;

import java.io.PrintStream;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.camel.CamelExecutionException;

/** The command line interface. */
public final class PlatformMain {

    private static final String HELP = """
            demo                run the demo with an embedded PostgreSQL and integrator.io
            stay                receive webhooks with an embedded PostgreSQL and integrator.io until stopped
            serve               receive webhooks for the account of INTEGRATOR_IO_TOKEN until stopped
            reconcile           compare licenses with subscriptions and correct differences
            reconcile dry-run   compare licenses with subscriptions and print the differences
            Default: demo. Only serve and reconcile use a real account.
            """;

    private PlatformMain() {
    }

    /** Exit status: 0 for success, 1 for an error, 2 for an invalid command or a missing environment variable. */
    public static void main(String[] arguments) throws Exception {
        System.exit(run(List.of(arguments), System.getenv(), System.out));
    }

    static int run(List<String> arguments, Map<String, String> environment, PrintStream console) throws Exception {
        String command = arguments.isEmpty() ? "demo" : String.join(" ", arguments);
        switch (command) {
            case "demo":
                return new PlatformDemo(console).run();
            case "stay":
                return stay(console);
            case "serve", "reconcile", "reconcile dry-run":
                List<String> missing = missing(environment);
                if (!missing.isEmpty()) {
                    console.println("Set " + String.join(", ", missing)
                            + " in the environment; application.properties describes each.");
                    return 2;
                }
                Map<String, String> settings = region(environment);
                console.printf("LIVE: integrator.io, region %s, connector %s%n",
                        environment.getOrDefault("INTEGRATOR_IO_REGION", "US"),
                        environment.get("INTEGRATOR_IO_CONNECTOR_ID"));
                return command.equals("serve") ? serve(settings)
                        : reconcile(command.endsWith("dry-run"), Clock.systemUTC(), settings, console);
            default:
                console.print(HELP);
                return 2;
        }
    }

    private static List<String> missing(Map<String, String> environment) {
        List<String> missing = new ArrayList<>(
                List.of("INTEGRATOR_IO_TOKEN", "INTEGRATOR_IO_CONNECTOR_ID", "DATABASE_URL", "WEBHOOK_SECRETS"));
        missing.removeIf(environment::containsKey);
        return missing;
    }

    /** Returns the region, if there is one. It cannot be in application.properties, since region and base URL exclude each other. */
    private static Map<String, String> region(Map<String, String> environment) {
        String region = environment.get("INTEGRATOR_IO_REGION");
        return region == null ? Map.of() : Map.of("camel.component.integratorio.region", region);
    }

    private static int serve(Map<String, String> settings) throws Exception {
        try (Platform platform = new Platform(Clock.systemUTC(), settings)) {
            return platform.run();
        }
    }

    private static int stay(PrintStream console) throws Exception {
        try (EmbeddedServices services = new EmbeddedServices(api -> api.anyUser())) {
            Map<String, String> settings = services.properties();
            URI endpoint = URI.create("http://127.0.0.1:" + settings.get("camel.server.port") + "/webhooks/billing");
            console.printf("""
                    Webhooks:   %s, signed with the secret %s
                    Health:     http://127.0.0.1:%s/observe/health?data=true&exposureLevel=full
                    Licenses:   curl -H 'Authorization: Bearer %s' %s/connectors/%s/licenses
                    PostgreSQL: %s
                    """, endpoint, EmbeddedServices.SECRET, settings.get("camel.management.port"),
                    services.api().token(), services.api().baseUrl(), services.connector(),
                    settings.get("database.url"));
            try (Platform platform = new Platform(Clock.systemUTC(), settings)) {
                return platform.run();
            }
        }
    }

    /**
     * Creates and prints the plan; unless it is a dry run, applies it and prints the failed changes.
     *
     * @param clock    the clock that decides what has expired
     * @param settings override those of application.properties and of the environment
     */
    static int reconcile(boolean dryRun, Clock clock, Map<String, String> settings, PrintStream console)
            throws Exception {
        Map<String, String> all = new LinkedHashMap<>(settings);
        // Without webhooks, queue and nightly run; a dry run writes nothing.
        all.put("camel.main.routes-include-pattern",
                "classpath:routes/plan.camel.yaml" + (dryRun ? "" : ",classpath:routes/licenses.camel.yaml"));
        all.put("camel.server.enabled", "false");
        all.put("camel.management.enabled", "false");
        try (Platform platform = new Platform(clock, all)) {
            platform.start();
            ReconciliationPlan plan;
            try {
                plan = platform.createPlan();
                console.print(plan.format());
                if (dryRun || plan.changes().isEmpty()) {
                    return 0;
                }
                platform.apply(plan);
            } catch (CamelExecutionException e) {
                console.println(e.getCause().getMessage());
                return 1;
            } catch (IllegalStateException e) {
                console.println(e.getMessage());
                return 1;
            }
            List<String> problems = platform.awaitApplied(plan);
            console.printf("%d written, %d failed%n", plan.changes().size() - problems.size(), problems.size());
            problems.forEach(problem -> console.println("  " + problem));
            return problems.isEmpty() ? 0 : 1;
        }
    }
}
