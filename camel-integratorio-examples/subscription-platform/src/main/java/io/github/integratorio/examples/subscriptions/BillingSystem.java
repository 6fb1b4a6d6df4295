package io.github.integratorio.examples.subscriptions;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A simulated billing system: manages subscriptions and sends a signed webhook for each change. For demo and tests. */
final class BillingSystem {

    /** A webhook; it can be sent repeatedly. */
    record Webhook(String id, Subscription subscription, byte[] body) {
    }

    private final String secret;
    private final Clock clock;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
    private final Map<String, Subscription> subscriptions = new TreeMap<>();
    private int events;

    BillingSystem(String secret, Clock clock) {
        this.secret = secret;
        this.clock = clock;
    }

    /** Returns the current subscriptions by id. */
    Map<String, Subscription> subscriptions() {
        return subscriptions;
    }

    Webhook startTrial(String id, String email, String edition, Duration length) {
        subscriptions.put(id,
                new Subscription(id, "cus_" + id, 0, Subscription.Status.TRIALING, email, edition, null, null, null));
        return event("trial.started", id, Subscription.Status.TRIALING, edition, now().plus(length), null, null);
    }

    Webhook activate(String id, String edition, Duration length) {
        return event("subscription.activated", id, Subscription.Status.ACTIVE, edition, now().plus(length), null, null);
    }

    Webhook changeEdition(String id, String edition) {
        Subscription s = subscriptions.get(id);
        return event("subscription.edition_changed", id, s.status(), edition, s.paidUntil(), s.pastDueSince(),
                s.endsAt());
    }

    Webhook renew(String id, Duration length) {
        Subscription s = subscriptions.get(id);
        Instant from = s.paidUntil().isAfter(now()) ? s.paidUntil() : now();
        return event("subscription.renewed", id, Subscription.Status.ACTIVE, s.edition(), from.plus(length), null,
                null);
    }

    Webhook failPayment(String id) {
        Subscription s = subscriptions.get(id);
        Instant since = s.pastDueSince() == null ? now() : s.pastDueSince();
        return event("payment.failed", id, Subscription.Status.PAST_DUE, s.edition(), s.paidUntil(), since, null);
    }

    Webhook cancel(String id, Instant endsAt) {
        Subscription s = subscriptions.get(id);
        return event("subscription.cancelled", id, Subscription.Status.CANCELLED, s.edition(), s.paidUntil(), null,
                endsAt);
    }

    /** Changes a customer's address; the next event contains it. */
    void changeEmail(String id, String email) {
        Subscription s = subscriptions.get(id);
        subscriptions.put(id,
                new Subscription(id, s.customer(), s.sequence(), s.status(), email, s.edition(), s.paidUntil(),
                        s.pastDueSince(), s.endsAt()));
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    private Webhook event(String type, String id, Subscription.Status status, String edition, Instant paidUntil,
            Instant pastDueSince, Instant endsAt) {
        Subscription before = subscriptions.get(id);
        Subscription now = new Subscription(id, before.customer(), before.sequence() + 1, status, before.email(),
                edition, paidUntil, pastDueSince, endsAt);
        subscriptions.put(id, now);
        return webhook("evt_%06d".formatted(++events), type, now);
    }

    /** Creates a webhook with this state of a subscription. */
    static Webhook webhook(String event, String type, Subscription s) {
        Map<String, Object> subscription = new LinkedHashMap<>();
        subscription.put("id", s.id());
        subscription.put("customer", s.customer());
        subscription.put("sequence", s.sequence());
        subscription.put("status", s.status().name().toLowerCase(Locale.ROOT));
        subscription.put("email", s.email());
        subscription.put("edition", s.edition());
        subscription.put("paidUntil", String.valueOf(s.paidUntil()));
        if (s.pastDueSince() != null) {
            subscription.put("pastDueSince", s.pastDueSince().toString());
        }
        if (s.endsAt() != null) {
            subscription.put("endsAt", s.endsAt().toString());
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", event);
        document.put("type", type);
        document.put("subscription", subscription);
        return new Webhook(event, s, Json.write(document).getBytes(StandardCharsets.UTF_8));
    }

    /** Signs and sends a webhook and returns the response. */
    HttpResponse<String> send(URI to, Webhook webhook) throws IOException, InterruptedException {
        return send(to, webhook.body(), WebhookSignatures.sign(secret, clock.instant(), webhook.body()));
    }

    /** Sends any body with any signature. */
    HttpResponse<String> send(URI to, byte[] body, String signature) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(to).timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .header(WebhookSignatures.HEADER, signature).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
