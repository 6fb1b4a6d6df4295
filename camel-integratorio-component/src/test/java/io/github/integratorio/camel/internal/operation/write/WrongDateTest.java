package io.github.integratorio.camel.internal.operation.write;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.ReconcileRefusedException;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A single response with a wrong date, such as one of a cache, neither ends licenses nor keeps them valid. */
class WrongDateTest extends ScriptedServerTestSupport {

    private static final String END = "2099-01-31T12:00:00.000Z";

    private static String date(Duration ahead) {
        return "Date: "
                + DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().plus(ahead).atOffset(ZoneOffset.UTC));
    }

    private static Map<String, Object> license(int i) {
        return Map.of("_id", "l" + i, "user", Map.of("email", "u" + i + "@example.com"), "expires", END);
    }

    private static ScriptedServer.Answer answer(Object document, Duration ahead) {
        return ScriptedServer.json(200, Json.toText(document), date(ahead));
    }

    @ParameterizedTest
    @ValueSource(longs = { -3, 1_000, 30_000 })
    void expire_ends_a_license_now(long days) throws Exception {
        server.then(answer(license(1), Duration.ofDays(days)), answer(license(1), Duration.ZERO),
                ScriptedServer.of(204, "application/json", ""), answer(license(1), Duration.ZERO));
        send("integratorio:licenses?operation=expire&connectorId=c1&licenseId=l1", null);
        String put = server.requests().stream().filter(request -> request.startsWith("PUT")).findFirst().orElseThrow();
        Object expires = ((Map<?, ?>) Json.parseInput(put.substring(put.indexOf("{")))).get("expires");
        assertTrue(Duration.between(Instant.parse((String) expires), Instant.now()).abs().toMinutes() < 2, put);
    }

    @ParameterizedTest
    @ValueSource(longs = { -3, 1_000, 30_000 })
    void the_limit_of_a_reconcile_holds(long days) {
        server.then(answer(IntStream.range(0, 10).mapToObj(WrongDateTest::license).toList(), Duration.ofDays(days)),
                answer(Map.of("_id", "c1", "name", "Shop"), Duration.ZERO));
        List<Map<String, Object>> rows = new ArrayList<>();
        IntStream.range(0, 9).forEach(i -> rows.add(Map.of("email", "u" + i + "@example.com", "expires",
                Instant.now().minus(Duration.ofDays(1)).toString())));
        String message = fail(ReconcileRefusedException.class,
                "integratorio:licenses?operation=reconcile&connectorId=c1&unknownLicenses=expire", rows).getMessage();
        assertTrue(message.contains("would end 10 of 10 valid licenses"), message);
        assertFalse(server.requests().stream().anyMatch(request -> !request.startsWith("GET")));
    }
}
