package io.github.integratorio.examples.subscriptions;

import java.io.PrintStream;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The commands. */
public final class PlatformMain {

    private static final String HELP = """
            demo                plays a day of a billing system on embedded parts, and ends
            stay                takes webhooks on embedded parts, until it is stopped
            serve               takes webhooks for the account of INTEGRATOR_IO_TOKEN, until it is stopped
            reconcile           compares subscriptions and licenses, and puts right what differs
            reconcile dry-run   compares and tells
            Without a command: serve when there is an INTEGRATOR_IO_TOKEN, demo when there is none.
            """;

    private PlatformMain() {
    }

    /** Ends with 0 when all went well, 2 for a command or an environment that cannot be, and 1 for everything else. */
    public static void main(String[] arguments) throws Exception {
        System.exit(run(List.of(arguments), System.getenv(), System.out));
    }

    static int run(List<String> arguments, Map<String, String> environment, PrintStream console) throws Exception {
        String command = !arguments.isEmpty() ? String.join(" ", arguments) : environment.containsKey("INTEGRATOR_IO_TOKEN") ? "serve" : "demo";
        switch (command) {
            case "demo":
                return new PlatformDemo(console).run();
            case "stay":
                return stay(console);
            case "serve", "reconcile", "reconcile dry-run":
                List<String> missing = missing(environment);
                if (!missing.isEmpty()) {
                    console.println("Set " + String.join(", ", missing) + " in the environment: see application.properties for what each is.");
                    return 2;
                }
                Map<String, String> settings = region(environment);
                return command.equals("serve") ? serve(settings) : reconcile(command.endsWith("dry-run"), Clock.systemUTC(), settings, console);
            default:
                console.print(HELP);
                return 2;
        }
    }

    private static List<String> missing(Map<String, String> environment) {
        List<String> missing = new ArrayList<>(List.of("INTEGRATOR_IO_TOKEN", "INTEGRATOR_IO_CONNECTOR_ID", "DATABASE_URL", "WEBHOOK_SECRETS"));
        missing.removeIf(environment::containsKey);
        return missing;
    }

    /** The region, when one is named: it cannot stand in application.properties, for a base URL cannot stand beside it. */
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
        try (EmbeddedServices around = new EmbeddedServices(api -> api.anyUser())) {
            Map<String, String> settings = around.settings();
            URI door = URI.create("http://127.0.0.1:" + settings.get("camel.server.port") + "/webhooks/billing");
            console.printf("""
                    Webhooks:   %s, signed with the secret %s
                    Health:     http://127.0.0.1:%s/observe/health?data=true&exposureLevel=full
                    LicenseQueue:   curl -H 'Authorization: Bearer %s' %s/connectors/%s/licenses
                    PostgreSQL: %s?user=postgres
                    """, door, EmbeddedServices.SECRET, settings.get("camel.management.port"), around.api().token(), around.api().baseUrl(), around.connector(),
                    settings.get("database.url"));
            try (Platform platform = new Platform(Clock.systemUTC(), settings)) {
                return platform.run();
            }
        }
    }

    /**
     * Makes the plan, prints it, and unless it is a dry run applies it and prints what is left.
     *
     * @param clock    decides what is over
     * @param settings stand before those of application.properties and of the environment
     */
    static int reconcile(boolean dryRun, Clock clock, Map<String, String> settings, PrintStream console) throws Exception {
        Map<String, String> all = new LinkedHashMap<>(settings);
        // No webhooks, no queue, no night; and nothing is written when it is a dry run.
        all.put("camel.main.routes-include-pattern", "classpath:routes/plan.camel.yaml" + (dryRun ? "" : ",classpath:routes/licenses.camel.yaml"));
        all.put("camel.server.enabled", "false");
        all.put("camel.management.enabled", "false");
        try (Platform platform = new Platform(clock, all)) {
            platform.start();
            ReconciliationPlan plan = platform.plan();
            console.print(plan.text());
            if (dryRun || plan.changes().isEmpty()) {
                return 0;
            }
            try {
                platform.apply(plan);
            } catch (IllegalStateException e) {
                console.println(e.getMessage());
                return 1;
            }
            List<String> problems = platform.awaitWritten(plan);
            console.printf("%d written, %d not yet%n", plan.changes().size() - problems.size(), problems.size());
            problems.forEach(problem -> console.println("  " + problem));
            return problems.isEmpty() ? 0 : 1;
        }
    }
}
