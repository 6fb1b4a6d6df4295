package io.github.integratorio.examples.subscriptions;

import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.SimulatorBuilder;
import io.github.integratorio.simulator.SimulatorClock;

/** Plays some weeks of a billing system in a few seconds and verifies the licenses. */
final class PlatformDemo {

    private static final Duration MONTH = Duration.ofDays(30);
    private static final String UNKNOWN = "ned@unknown.example";
    private static final String[] CUSTOMERS =
            { "ann@acme", "bob@birch", "eve@cedar", "dan@delta", "eli@ember", "flo@fjord", "gus@grove", "ida@iris" };

    private final PrintStream console;
    private final SimulatorClock clock = SimulatorClock.at(Instant.now().truncatedTo(ChronoUnit.MINUTES));
    private final BillingSystem billing = new BillingSystem(EmbeddedServices.SECRET, clock);
    private URI endpoint;

    PlatformDemo(PrintStream console) {
        this.console = console;
    }

    /** Runs the demo; returns 0 if the licenses match the subscriptions at the end, else 1. */
    int run() throws Exception {
        try (EmbeddedServices services = new EmbeddedServices(this::api);
                Platform platform = new Platform(clock, services.properties())) {
            platform.start();
            endpoint = URI.create("http://127.0.0.1:"
                    + platform.context().resolvePropertyPlaceholders("{{camel.server.port}}") + "/webhooks/billing");
            print("The platform receives webhooks at %s. PostgreSQL and integrator.io (%s) are embedded.", endpoint,
                    services.api().baseUrl());
            startAndBuy(platform);
            sendForgeries();
            playOutage(services, platform);
            playGracePeriod(platform);
            return reconcile(services, platform);
        }
    }

    private SimulatorBuilder api(SimulatorBuilder builder) {
        for (String customer : CUSTOMERS) {
            builder.user(customer + ".example", customer.substring(0, customer.indexOf('@')));
        }
        return builder.clock(clock);
    }

    private void startAndBuy(Platform platform) throws Exception {
        print("Nine people start a trial. The last one has no account at integrator.io.");
        for (int i = 0; i < CUSTOMERS.length; i++) {
            send(billing.startTrial("sub_" + (i + 1), CUSTOMERS[i] + ".example", "trial", MONTH));
        }
        send(billing.startTrial("sub_9", UNKNOWN, "trial", MONTH));
        settle(platform);

        print("Seven subscribe, and one changes the edition. The events of sub_2 arrive out of order, one of them twice.");
        send(billing.activate("sub_1", "standard", MONTH));
        BillingSystem.Webhook activated = billing.activate("sub_2", "standard", MONTH);
        BillingSystem.Webhook changed = billing.changeEdition("sub_2", "premium");
        BillingSystem.Webhook renewed = billing.renew("sub_2", MONTH);
        send(renewed, activated, changed, changed);
        for (int i = 3; i <= 7; i++) {
            send(billing.activate("sub_" + i, i % 2 == 0 ? "premium" : "standard", MONTH));
        }
        settle(platform);
        SubscriptionReport.print(console, platform, clock);
    }

    private void sendForgeries() throws Exception {
        print("An attacker sends webhooks.");
        BillingSystem.Webhook webhook = billing.renew("sub_1", Duration.ofDays(3650));
        printResponse("wrong secret", billing.send(endpoint, webhook.body(),
                WebhookSignatures.sign("not-the-secret-at-all", clock.instant(), webhook.body())));
        printResponse("replay after an hour", billing.send(endpoint, webhook.body(),
                WebhookSignatures.sign(EmbeddedServices.SECRET, clock.instant().minus(Duration.ofHours(1)),
                        webhook.body())));
        billing.subscriptions().put("sub_1", before(webhook.subscription()));
    }

    /** Undoes the forged event, which the billing system did not send. */
    private static Subscription before(Subscription s) {
        return new Subscription(s.id(), s.customer(), s.sequence() - 1, s.status(), s.email(), s.edition(),
                s.paidUntil().minus(Duration.ofDays(3650)), null, null);
    }

    private void playOutage(EmbeddedServices services, Platform platform) throws Exception {
        clock.advance(MONTH);
        print("A month later integrator.io is down. Webhooks are still accepted: two payments fail, one customer cancels, the others renew.");
        services.api().faults().add(Fault.onAny().always().status(503));
        send(billing.renew("sub_1", MONTH), billing.failPayment("sub_3"), billing.failPayment("sub_4"),
                billing.cancel("sub_5", clock.instant()), billing.renew("sub_6", MONTH), billing.renew("sub_7", MONTH));
        await(() -> count(platform, "inbox") == 0);
        console.printf("  %d licenses are waiting to be written.%n",
                count(platform, "license where due_at is not null and not separate"));
        services.api().faults().clear();
        settle(platform);
        console.println("  integrator.io is back, and they are written.");
        SubscriptionReport.print(console, platform, clock);
    }

    private void playGracePeriod(Platform platform) throws Exception {
        clock.advance(Duration.ofDays(2));
        print("Two days later sub_3 has paid; sub_4 has not. After six more days its grace period of seven days is over.");
        send(billing.renew("sub_3", MONTH));
        settle(platform);
        clock.advance(Duration.ofDays(6));
        SubscriptionReport.print(console, platform, clock);
    }

    private int reconcile(EmbeddedServices services, Platform platform) throws Exception {
        print("At integrator.io somebody deletes the license of sub_1, extends that of sub_5, changes the edition of sub_7, and adds a license.");
        Map<String, String> ids = new HashMap<>();
        platform.listLicenses().forEach(license -> ids.put(license.getEmail(), license.getId()));
        String year = clock.instant().plus(Duration.ofDays(365)).toString();
        var hand = platform.context().createFluentProducerTemplate();
        String licenses = "integratorio:licenses?updateMode=MERGE&connectorId=" + services.connector() + "&licenseId=";
        hand.to(licenses + ids.get("ann@acme.example") + "&operation=delete").request();
        hand.to(licenses + ids.get("eli@ember.example") + "&operation=update").withBody(Map.of("expires", year))
                .request();
        hand.to(licenses + ids.get("gus@grove.example") + "&operation=update")
                .withBody(Map.of("opts", Map.of("connectorEdition", "premium"))).request();
        services.api().addLicense(services.connector(), Map.of("email", "friend@of.the.house.example", "expires", year,
                "opts", Map.of("connectorEdition", "free")));

        print("The nightly reconciliation, as a dry run:");
        ReconciliationPlan plan = platform.createPlan();
        console.print(plan.format());
        print("After applying it:");
        platform.apply(plan);
        settle(platform);
        ReconciliationPlan after = platform.createPlan();
        console.print(after.format());
        console.println();
        SubscriptionReport.print(console, platform, clock);
        List<String> differences = LicenseVerifier.findDifferences(billing.subscriptions().values(),
                platform.listLicenses(), clock.instant(), UNKNOWN);
        console.println();
        console.println(differences.isEmpty() && after.changes().isEmpty() ? "Every license matches its subscription."
                : "ERROR: " + String.join("; ", differences));
        return differences.isEmpty() && after.changes().isEmpty() ? 0 : 1;
    }

    private void send(BillingSystem.Webhook... webhooks) throws Exception {
        for (BillingSystem.Webhook webhook : webhooks) {
            HttpResponse<String> response = billing.send(endpoint, webhook);
            if (response.statusCode() / 100 != 2) {
                throw new IllegalStateException(
                        webhook.id() + ": response " + response.statusCode() + " " + response.body());
            }
            if (response.statusCode() != 202) {
                printResponse(webhook.id() + " again", response);
            }
        }
    }

    private void printResponse(String what, HttpResponse<String> response) {
        console.printf("  %-24s %d %s%n", what, response.statusCode(), response.body());
    }

    /** Waits until all licenses are written, except for rejected ones. */
    private static void settle(Platform platform) throws InterruptedException {
        await(() -> count(platform, "inbox") == 0
                && count(platform, "license where due_at is not null and not (separate and due_at > now())") == 0);
    }

    private static int count(Platform platform, String what) {
        return platform.database().sql("select count(*) from " + what).query(Integer.class).single();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        Instant end = Clock.systemUTC().instant().plusSeconds(120);
        while (!condition.getAsBoolean()) {
            if (Clock.systemUTC().instant().isAfter(end)) {
                throw new IllegalStateException("The licenses were not written within 120 s.");
            }
            Thread.sleep(50);
        }
    }

    private void print(String text, Object... values) {
        console.printf("%n" + text + "%n", values);
    }
}
