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

/** A day of a billing system, and what comes of it in the weeks after, in a few seconds. */
final class PlatformDemo {

    private static final Duration MONTH = Duration.ofDays(30);
    private static final String UNKNOWN = "ned@unknown.example";
    private static final String[] CUSTOMERS = { "ann@acme", "bob@birch", "eve@cedar", "dan@delta", "eli@ember", "flo@fjord", "gus@grove", "ida@iris" };

    private final PrintStream console;
    private final SimulatorClock clock = SimulatorClock.at(Instant.now().truncatedTo(ChronoUnit.MINUTES));
    private final BillingSystem billing = new BillingSystem(EmbeddedServices.SECRET, clock);
    private URI door;

    PlatformDemo(PrintStream console) {
        this.console = console;
    }

    /** Plays it; 0 only when in the end the licenses are what the subscriptions say. */
    int run() throws Exception {
        try (EmbeddedServices around = new EmbeddedServices(this::api); Platform platform = new Platform(clock, around.settings())) {
            platform.start();
            door = URI.create("http://127.0.0.1:" + platform.context().resolvePropertyPlaceholders("{{camel.server.port}}") + "/webhooks/billing");
            say("The platform takes webhooks at %s. PostgreSQL and integrator.io (%s) are embedded.", door, around.api().baseUrl());
            morning(platform);
            forgeries();
            outage(around, platform);
            eightDaysLater(platform);
            return night(around, platform);
        }
    }

    private SimulatorBuilder api(SimulatorBuilder builder) {
        for (String customer : CUSTOMERS) {
            builder.user(customer + ".example", customer.substring(0, customer.indexOf('@')));
        }
        return builder.clock(clock);
    }

    private void morning(Platform platform) throws Exception {
        say("Nine people begin a trial. integrator.io does not know the last one.");
        for (int i = 0; i < CUSTOMERS.length; i++) {
            send(billing.trial("sub_" + (i + 1), CUSTOMERS[i] + ".example", "trial", MONTH));
        }
        send(billing.trial("sub_9", UNKNOWN, "trial", MONTH));
        settle(platform);

        say("Seven buy, and one changes the edition. Of sub_2 the events come in the wrong order, and one of them twice.");
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

    private void forgeries() throws Exception {
        say("Somebody else sends webhooks.");
        BillingSystem.Webhook webhook = billing.renew("sub_1", Duration.ofDays(3650));
        told("signed with a guess", billing.send(door, webhook.body(), WebhookSignatures.sign("not-the-secret-at-all", clock.instant(), webhook.body())));
        told("overheard an hour ago", billing.send(door, webhook.body(),
                WebhookSignatures.sign(EmbeddedServices.SECRET, clock.instant().minus(Duration.ofHours(1)), webhook.body())));
        billing.subscriptions().put("sub_1", before(webhook.subscription()));
    }

    /** The forger made an event that the billing system knows nothing of. */
    private static Subscription before(Subscription s) {
        return new Subscription(s.id(), s.customer(), s.sequence() - 1, s.status(), s.email(), s.edition(), s.paidUntil().minus(Duration.ofDays(3650)),
                null, null);
    }

    private void outage(EmbeddedServices around, Platform platform) throws Exception {
        clock.advance(MONTH);
        say("A month later integrator.io is down. Webhooks are taken all the same: two payments fail, one customer cancels, the others renew.");
        around.api().faults().add(Fault.onAny().always().status(503));
        send(billing.renew("sub_1", MONTH), billing.paymentFailed("sub_3"), billing.paymentFailed("sub_4"), billing.cancel("sub_5", clock.instant()),
                billing.renew("sub_6", MONTH), billing.renew("sub_7", MONTH));
        until(() -> count(platform, "inbox") == 0);
        console.printf("  %d licenses wait to be written.%n", count(platform, "license where due_at is not null and not alone"));
        around.api().faults().clear();
        settle(platform);
        console.println("  It is back, and they are written.");
        SubscriptionReport.print(console, platform, clock);
    }

    private void eightDaysLater(Platform platform) throws Exception {
        clock.advance(Duration.ofDays(2));
        say("Two days later sub_3 has paid; sub_4 has not. Six more days, and its grace of seven days is over.");
        send(billing.renew("sub_3", MONTH));
        settle(platform);
        clock.advance(Duration.ofDays(6));
        SubscriptionReport.print(console, platform, clock);
    }

    private int night(EmbeddedServices around, Platform platform) throws Exception {
        say("At integrator.io somebody deletes the license of sub_1, gives sub_5 another year and sub_7 another edition, and adds one of his own.");
        Map<String, String> ids = new HashMap<>();
        platform.licenses().forEach(license -> ids.put(license.getEmail(), license.getId()));
        String year = clock.instant().plus(Duration.ofDays(365)).toString();
        var hand = platform.context().createFluentProducerTemplate();
        String licenses = "integratorio:licenses?updateMode=MERGE&connectorId=" + around.connector() + "&licenseId=";
        hand.to(licenses + ids.get("ann@acme.example") + "&operation=delete").request();
        hand.to(licenses + ids.get("eli@ember.example") + "&operation=update").withBody(Map.of("expires", year)).request();
        hand.to(licenses + ids.get("gus@grove.example") + "&operation=update").withBody(Map.of("opts", Map.of("connectorEdition", "premium"))).request();
        around.api().addLicense(around.connector(), Map.of("email", "friend@of.the.house.example", "expires", year, "opts", Map.of("connectorEdition", "free")));

        say("The reconcile of the night, as a dry run:");
        ReconciliationPlan plan = platform.plan();
        console.print(plan.text());
        say("And applied:");
        platform.apply(plan);
        settle(platform);
        ReconciliationPlan after = platform.plan();
        console.print(after.text());
        console.println();
        SubscriptionReport.print(console, platform, clock);
        List<String> wrong = LicenseVerifier.differences(billing.subscriptions().values(), platform.licenses(), clock.instant(), UNKNOWN);
        console.println();
        console.println(wrong.isEmpty() && after.changes().isEmpty() ? "Every license is what its subscription says." : "WRONG: " + String.join("; ", wrong));
        return wrong.isEmpty() && after.changes().isEmpty() ? 0 : 1;
    }

    private void send(BillingSystem.Webhook... webhooks) throws Exception {
        for (BillingSystem.Webhook webhook : webhooks) {
            HttpResponse<String> answer = billing.send(door, webhook);
            if (answer.statusCode() / 100 != 2) {
                throw new IllegalStateException(webhook.id() + " was answered " + answer.statusCode() + " " + answer.body());
            }
            if (answer.statusCode() != 202) {
                told(webhook.id() + " once more", answer);
            }
        }
    }

    private void told(String what, HttpResponse<String> answer) {
        console.printf("  %-24s %d %s%n", what, answer.statusCode(), answer.body());
    }

    /** Waits until all is written, but for what integrator.io refuses. */
    private static void settle(Platform platform) throws InterruptedException {
        until(() -> count(platform, "inbox") == 0 && count(platform, "license where due_at is not null and not (alone and due_at > now())") == 0);
    }

    private static int count(Platform platform, String what) {
        return platform.database().sql("select count(*) from " + what).query(Integer.class).single();
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        Instant end = Clock.systemUTC().instant().plusSeconds(120);
        while (!condition.getAsBoolean()) {
            if (Clock.systemUTC().instant().isAfter(end)) {
                throw new IllegalStateException("this takes too long");
            }
            Thread.sleep(50);
        }
    }

    private void say(String text, Object... values) {
        console.printf("%n" + text + "%n", values);
    }
}
