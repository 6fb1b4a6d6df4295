package io.github.integratorio.examples.subscriptions;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Tests which webhooks are accepted. */
@ExtendWith(TestEnvironmentExtension.class)
class WebhookEndpointTest {

    private static final Duration MONTH = Duration.ofDays(30);
    private final TestEnvironment environment;
    private final BillingSystem billing;

    WebhookEndpointTest(TestEnvironment environment) {
        this.environment = environment;
        this.billing = environment.billing;
    }

    private BillingSystem.Webhook trial() {
        return billing.startTrial("s1", "ann@acme.example", "trial", MONTH);
    }

    private void assertRejected(int status, byte[] body, String signature) throws Exception {
        HttpResponse<String> answer = billing.send(environment.endpoint(), body, signature);
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(0, environment.count("inbox") + environment.count("event"));
    }

    @Test
    void a_signature_with_another_secret_is_rejected() throws Exception {
        byte[] body = trial().body();
        assertRejected(401, body,
                WebhookSignatures.sign("another-secret-0123456789", environment.clock.instant(), body));
    }

    @Test
    void a_body_that_is_not_the_signed_one_is_rejected() throws Exception {
        BillingSystem.Webhook one = trial();
        BillingSystem.Webhook other = billing.activate("s1", "standard", MONTH);
        assertRejected(401, other.body(),
                WebhookSignatures.sign(EmbeddedServices.SECRET, environment.clock.instant(), one.body()));
    }

    @Test
    void another_time_than_the_signed_one_is_rejected() throws Exception {
        byte[] body = trial().body();
        Instant then = environment.clock.instant().minus(Duration.ofHours(1));
        String old = WebhookSignatures.sign(EmbeddedServices.SECRET, then, body);
        assertRejected(401, body, old);
        assertRejected(401, body,
                old.replace("t=" + then.getEpochSecond(), "t=" + environment.clock.instant().getEpochSecond()));
        assertRejected(401, body, WebhookSignatures.sign(EmbeddedServices.SECRET,
                environment.clock.instant().plus(Duration.ofHours(1)), body));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "v1=00", "t=1", "t=x,v1=y", "t=1,v1=zz", "garbage", "t=99999999999999999999,v1=" })
    void an_invalid_signature_header_is_rejected(String header) throws Exception {
        assertRejected(401, trial().body(), header);
    }

    @Test
    void during_a_rotation_both_secrets_are_valid() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        WebhookSignatures signatures = new WebhookSignatures(List.of("the-old-secret-0123", "the-new-secret-4567"),
                Duration.ofMinutes(5), Clock.fixed(now, ZoneOffset.UTC));
        byte[] body = { 1, 2, 3 };
        assertDoesNotThrow(() -> signatures.verify(WebhookSignatures.sign("the-old-secret-0123", now, body), body));
        assertDoesNotThrow(() -> signatures
                .verify(WebhookSignatures.sign("the-new-secret-4567", now.minusSeconds(300), body), body));
        assertThrows(RejectedException.class, () -> signatures
                .verify(WebhookSignatures.sign("the-new-secret-4567", now.minusSeconds(301), body), body));
        assertThrows(IllegalArgumentException.class,
                () -> new WebhookSignatures(List.of("short"), Duration.ofMinutes(5), Clock.systemUTC()));
    }

    @Test
    void a_signature_equals_that_of_openssl() {
        // printf '1767225600.{}' | openssl dgst -sha256 -hmac a-secret-of-the-demo-only
        assertEquals("t=1767225600,v1=21db5f92494f5c86407ffabea07a779001311cf1b042fc2fb541fd16938802dd",
                WebhookSignatures.sign(EmbeddedServices.SECRET, Instant.ofEpochSecond(1767225600),
                        "{}".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void a_webhook_that_is_sent_again_is_reported_as_a_duplicate_and_has_no_effect() throws Exception {
        BillingSystem.Webhook webhook = trial();
        environment.send(webhook);
        assertEquals("{\"result\":\"duplicate\"}", billing.send(environment.endpoint(), webhook).body());
        environment.settle();
        HttpResponse<String> again = billing.send(environment.endpoint(), webhook);
        assertEquals(200, again.statusCode());
        assertEquals("{\"result\":\"duplicate\"}", again.body());
        environment.settle();
        assertEquals(1, environment.count("event"));
        assertEquals(1, environment.services.api().count("POST", ".*/licenses"));
    }

    @Test
    void a_webhook_that_is_sent_again_while_a_worker_commits_it_is_a_duplicate() throws Exception {
        BillingSystem.Webhook webhook = trial();
        Database database = environment.platform().database();
        // Due in an hour, so that no worker but this test processes it.
        database.sql("insert into inbox (event, body, due_at) values (?, '{}', now() + interval '1 hour')")
                .param(webhook.id()).update();
        CompletableFuture<HttpResponse<String>> again = database.inTransaction(() -> {
            database.sql("insert into event (id, type, subscription, sequence, outcome) values (?, '', '', 1, 'STALE')")
                    .param(webhook.id()).update();
            database.sql("delete from inbox where event = ?").param(webhook.id()).update();
            CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(() -> send(webhook));
            Awaitility.await().until(() -> answer.isDone()
                    || environment.count("pg_stat_activity where wait_event_type = 'Lock'") > 0);
            return answer;
        });
        assertEquals("{\"result\":\"duplicate\"}", again.get().body());
        assertEquals(0, environment.count("inbox"));
    }

    private HttpResponse<String> send(BillingSystem.Webhook webhook) {
        try {
            return billing.send(environment.endpoint(), webhook);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    @Test
    void a_type_that_changes_no_license_is_ignored_and_not_an_error() throws Exception {
        byte[] body = "{\"id\":\"evt_1\",\"type\":\"invoice.created\",\"invoice\":{}}".getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> answer = billing.send(environment.endpoint(), body,
                WebhookSignatures.sign(EmbeddedServices.SECRET, environment.clock.instant(), body));
        assertEquals(200, answer.statusCode());
        assertEquals("{\"result\":\"ignored\"}", answer.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
            "\"id\":\"evt\"|\"id\":\"\"|id: has an invalid format",
            "\"sequence\":1|\"sequence\":0|sequence: expected",
            "\"sequence\":1|\"sequence\":1.5|sequence: expected",
            "\"sequence\":1|\"sequence\":\"1\"|sequence: expected",
            "\"status\":\"trialing\"|\"status\":\"happy\"|status: expected",
            "\"status\":\"trialing\"|\"status\":\"past_due\"|pastDueSince: expected",
            "\"status\":\"trialing\"|\"status\":\"cancelled\"|endsAt: expected",
            "ann@acme.example|ann|email: has an invalid format",
            "ann@acme.example|ann@acme.example\\u0000|email: has an invalid format",
            "ann@acme.example|<script>@acme.example|email: has an invalid format",
            "\"edition\":\"trial\"|\"edition\":\"a\\u0000b\"|edition: has an invalid format",
            "\"customer\":\"cus\"|\"custom\":\"cus\"|customer: is missing",
            "2030-01-01T00:00:00Z|2030-01-01|paidUntil: expected",
            "2030-01-01T00:00:00Z|+20300-01-01T00:00:00Z|paidUntil: expected",
            "{\"id\":\"evt\"|{\"id\":\"evt\",\"id\":\"two\"|not JSON",
            "}}|}|not JSON",
    })
    void a_signed_but_invalid_event_is_rejected_with_the_name_of_the_field_and_without_its_value(String right,
            String wrong, String reason)
            throws Exception {
        String event =
                "{\"id\":\"evt\",\"type\":\"trial.started\",\"subscription\":{\"id\":\"s1\",\"customer\":\"cus\",\"sequence\":1,\"status\":\"trialing\","
                        + "\"email\":\"ann@acme.example\",\"edition\":\"trial\",\"paidUntil\":\"2030-01-01T00:00:00Z\"}}";
        assertTrue(event.contains(right), "nothing to replace");
        assertDoesNotThrow(() -> BillingEvent.parse(event));
        byte[] body = event.replace(right, wrong).getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> answer = billing.send(environment.endpoint(), body,
                WebhookSignatures.sign(EmbeddedServices.SECRET, environment.clock.instant(), body));
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(reason), answer.body());
        assertFalse(answer.body().contains("acme"), answer.body());
    }

    @Test
    void a_body_that_is_not_an_event_is_rejected() throws Exception {
        byte[] large = new byte[70_000];
        assertRejected(413, large, WebhookSignatures.sign(EmbeddedServices.SECRET, environment.clock.instant(), large));
        byte[] notText = { (byte) 0xff, (byte) 0xfe };
        assertRejected(400, notText,
                WebhookSignatures.sign(EmbeddedServices.SECRET, environment.clock.instant(), notText));
        byte[] empty = {};
        assertRejected(400, empty, WebhookSignatures.sign(EmbeddedServices.SECRET, environment.clock.instant(), empty));
        HttpClient http = HttpClient.newHttpClient();
        assertEquals(405, http
                .send(HttpRequest.newBuilder(environment.endpoint()).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode());
        assertEquals(415, http.send(HttpRequest.newBuilder(environment.endpoint()).header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("x")).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode());
    }

    @Test
    void a_webhook_is_not_acknowledged_when_the_queue_cannot_be_written() throws Exception {
        BillingSystem.Webhook webhook = trial();
        environment.platform().database().sql("alter table inbox rename to gone").update();
        HttpResponse<String> answer;
        try {
            answer = billing.send(environment.endpoint(), webhook);
        } finally {
            environment.platform().database().sql("alter table gone rename to inbox").update();
        }
        assertEquals(503, answer.statusCode());
        assertEquals("10", answer.headers().firstValue("Retry-After").orElse(null));
        assertFalse(answer.body().contains("inbox"), answer.body());

        environment.send(webhook);
        environment.settle();
        assertEquals("trial", environment.edition("ann@acme.example"));
    }

    @Test
    void the_health_page_shows_the_queue_sizes() throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        String page = http.send(HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + environment.settings.get("camel.management.port")
                        + "/observe/health?data=true&exposureLevel=full"))
                .build(), HttpResponse.BodyHandlers.ofString()).body();
        assertTrue(page.contains("\"status\":\"UP\""), page);
        assertTrue(page.contains("licenses.due"), page);
    }
}
