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

/** Which webhooks are taken. */
@ExtendWith(TestEnvironmentExtension.class)
class WebhookEndpointTest {

    private static final Duration MONTH = Duration.ofDays(30);
    private final TestEnvironment world;
    private final BillingSystem billing;

    WebhookEndpointTest(TestEnvironment world) {
        this.world = world;
        this.billing = world.billing;
    }

    private BillingSystem.Webhook trial() {
        return billing.trial("s1", "ann@acme.example", "trial", MONTH);
    }

    private void refused(int status, byte[] body, String signature) throws Exception {
        HttpResponse<String> answer = billing.send(world.door(), body, signature);
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(0, world.count("inbox") + world.count("event"));
    }

    @Test
    void a_signature_with_another_secret_is_refused() throws Exception {
        byte[] body = trial().body();
        refused(401, body, WebhookSignatures.sign("another-secret-0123456789", world.clock.instant(), body));
    }

    @Test
    void a_body_that_is_not_the_signed_one_is_refused() throws Exception {
        BillingSystem.Webhook one = trial();
        BillingSystem.Webhook other = billing.activate("s1", "standard", MONTH);
        refused(401, other.body(), WebhookSignatures.sign(EmbeddedServices.SECRET, world.clock.instant(), one.body()));
    }

    @Test
    void another_time_than_the_signed_one_is_refused() throws Exception {
        byte[] body = trial().body();
        Instant then = world.clock.instant().minus(Duration.ofHours(1));
        String old = WebhookSignatures.sign(EmbeddedServices.SECRET, then, body);
        refused(401, body, old);
        refused(401, body, old.replace("t=" + then.getEpochSecond(), "t=" + world.clock.instant().getEpochSecond()));
        refused(401, body, WebhookSignatures.sign(EmbeddedServices.SECRET, world.clock.instant().plus(Duration.ofHours(1)), body));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "v1=00", "t=1", "t=x,v1=y", "t=1,v1=zz", "garbage", "t=99999999999999999999,v1=" })
    void a_header_that_is_no_signature_is_refused(String header) throws Exception {
        refused(401, trial().body(), header);
    }

    @Test
    void while_the_secret_is_changed_both_are_right() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        WebhookSignatures signatures = new WebhookSignatures(List.of("the-old-secret-0123", "the-new-secret-4567"), Duration.ofMinutes(5), Clock.fixed(now, ZoneOffset.UTC));
        byte[] body = { 1, 2, 3 };
        assertDoesNotThrow(() -> signatures.verify(WebhookSignatures.sign("the-old-secret-0123", now, body), body));
        assertDoesNotThrow(() -> signatures.verify(WebhookSignatures.sign("the-new-secret-4567", now.minusSeconds(300), body), body));
        assertThrows(RejectedException.class, () -> signatures.verify(WebhookSignatures.sign("the-new-secret-4567", now.minusSeconds(301), body), body));
        assertThrows(IllegalArgumentException.class, () -> new WebhookSignatures(List.of("short"), Duration.ofMinutes(5), Clock.systemUTC()));
    }

    @Test
    void a_signature_is_the_one_that_others_compute() {
        // printf '1767225600.{}' | openssl dgst -sha256 -hmac a-secret-of-the-demo-only
        assertEquals("t=1767225600,v1=21db5f92494f5c86407ffabea07a779001311cf1b042fc2fb541fd16938802dd",
                WebhookSignatures.sign(EmbeddedServices.SECRET, Instant.ofEpochSecond(1767225600), "{}".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void a_webhook_that_is_replayed_is_told_to_be_one_and_does_nothing() throws Exception {
        BillingSystem.Webhook webhook = trial();
        world.send(webhook);
        assertEquals("{\"result\":\"repeated\"}", billing.send(world.door(), webhook).body());
        world.settle();
        HttpResponse<String> again = billing.send(world.door(), webhook);
        assertEquals(200, again.statusCode());
        assertEquals("{\"result\":\"repeated\"}", again.body());
        world.settle();
        assertEquals(1, world.count("event"));
        assertEquals(1, world.around.api().count("POST", ".*/licenses"));
    }

    @Test
    void a_type_that_changes_no_license_is_ignored_and_not_an_error() throws Exception {
        byte[] body = "{\"id\":\"evt_1\",\"type\":\"invoice.created\",\"invoice\":{}}".getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> answer = billing.send(world.door(), body, WebhookSignatures.sign(EmbeddedServices.SECRET, world.clock.instant(), body));
        assertEquals(200, answer.statusCode());
        assertEquals("{\"result\":\"ignored\"}", answer.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "\"id\":\"evt\"|\"id\":\"\"|id: is not one",
        "\"sequence\":1|\"sequence\":0|sequence: expected",
        "\"sequence\":1|\"sequence\":1.5|sequence: expected",
        "\"sequence\":1|\"sequence\":\"1\"|sequence: expected",
        "\"status\":\"trialing\"|\"status\":\"happy\"|status: expected",
        "\"status\":\"trialing\"|\"status\":\"past_due\"|pastDueSince: expected",
        "\"status\":\"trialing\"|\"status\":\"cancelled\"|endsAt: expected",
        "ann@acme.example|ann|email: is not one",
        "ann@acme.example|ann@acme.example\\u0000|email: is not one",
        "ann@acme.example|<script>@acme.example|email: is not one",
        "\"edition\":\"trial\"|\"edition\":\"a\\u0000b\"|edition: is not one",
        "\"customer\":\"cus\"|\"custom\":\"cus\"|customer: is missing",
        "2030-01-01T00:00:00Z|2030-01-01|paidUntil: expected",
        "2030-01-01T00:00:00Z|+20300-01-01T00:00:00Z|paidUntil: expected",
        "{\"id\":\"evt\"|{\"id\":\"evt\",\"id\":\"two\"|not JSON",
        "}}|}|not JSON",
    })
    void an_event_that_is_signed_and_wrong_is_refused_with_the_name_of_the_field_and_without_its_value(String right, String wrong, String reason)
            throws Exception {
        String event = "{\"id\":\"evt\",\"type\":\"trial.started\",\"subscription\":{\"id\":\"s1\",\"customer\":\"cus\",\"sequence\":1,\"status\":\"trialing\","
                + "\"email\":\"ann@acme.example\",\"edition\":\"trial\",\"paidUntil\":\"2030-01-01T00:00:00Z\"}}";
        assertTrue(event.contains(right), "nothing to replace");
        assertDoesNotThrow(() -> BillingEvent.read(event));
        byte[] body = event.replace(right, wrong).getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> answer = billing.send(world.door(), body, WebhookSignatures.sign(EmbeddedServices.SECRET, world.clock.instant(), body));
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(reason), answer.body());
        assertFalse(answer.body().contains("acme"), answer.body());
    }

    @Test
    void what_is_no_event_at_all_is_refused() throws Exception {
        byte[] large = new byte[70_000];
        refused(413, large, WebhookSignatures.sign(EmbeddedServices.SECRET, world.clock.instant(), large));
        byte[] notText = { (byte) 0xff, (byte) 0xfe };
        refused(400, notText, WebhookSignatures.sign(EmbeddedServices.SECRET, world.clock.instant(), notText));
        byte[] empty = {};
        refused(400, empty, WebhookSignatures.sign(EmbeddedServices.SECRET, world.clock.instant(), empty));
        HttpClient http = HttpClient.newHttpClient();
        assertEquals(405, http.send(HttpRequest.newBuilder(world.door()).build(), HttpResponse.BodyHandlers.discarding()).statusCode());
        assertEquals(415, http.send(HttpRequest.newBuilder(world.door()).header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("x")).build(), HttpResponse.BodyHandlers.discarding()).statusCode());
    }

    @Test
    void a_webhook_is_not_acknowledged_when_the_queue_cannot_be_written() throws Exception {
        BillingSystem.Webhook webhook = trial();
        world.platform().database().sql("alter table inbox rename to gone").update();
        HttpResponse<String> answer;
        try {
            answer = billing.send(world.door(), webhook);
        } finally {
            world.platform().database().sql("alter table gone rename to inbox").update();
        }
        assertEquals(503, answer.statusCode());
        assertEquals("10", answer.headers().firstValue("Retry-After").orElse(null));
        assertFalse(answer.body().contains("inbox"), answer.body());

        world.send(webhook);
        world.settle();
        assertEquals("trial", world.edition("ann@acme.example"));
    }

    @Test
    void the_health_page_says_what_waits() throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        String page = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + world.settings.get("camel.management.port") + "/observe/health?data=true&exposureLevel=full"))
                .build(), HttpResponse.BodyHandlers.ofString()).body();
        assertTrue(page.contains("\"status\":\"UP\""), page);
        assertTrue(page.contains("licenses.due"), page);
    }
}
