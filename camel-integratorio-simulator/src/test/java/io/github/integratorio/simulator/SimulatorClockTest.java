package io.github.integratorio.simulator;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SimulatorClockTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.500Z");

    @Test
    void every_response_has_the_date_of_the_simulators_clock() throws IOException {
        SimulatorClock clock = SimulatorClock.at(NOON);
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().clock(clock).start()) {
            TestHttpClient client = new TestHttpClient(simulator);
            assertEquals("Thu, 01 Jan 2026 12:00:00 GMT", client.get("/v1/connectors").header("Date"));
            clock.set(NOON.minus(Duration.ofDays(1)));
            assertEquals("Wed, 31 Dec 2025 12:00:00 GMT", client.get("/v1/none").header("Date"));
            simulator.faults().add(Fault.onAny().status(503)).add(Fault.onAny().emptyList(204));
            assertEquals("Wed, 31 Dec 2025 12:00:00 GMT", client.get("/v1/connectors").header("Date"));
            assertEquals("Wed, 31 Dec 2025 12:00:00 GMT", client.get("/v1/connectors").header("Date"));
            simulator.faults().add(Fault.onAny().status(200, Map.of("Date", "Thu, 01 Jan 1970 00:00:00 GMT")));
            assertEquals("Thu, 01 Jan 1970 00:00:00 GMT", client.get("/v1/connectors").header("Date"));
        }
    }

    @Test
    void the_clock_can_run_behind_the_clients() throws IOException {
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().clock(clock).start()) {
            String date = new TestHttpClient(simulator).get("/v1/connectors").header("Date");
            Instant told = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            assertTrue(told.isBefore(Instant.now().minus(Duration.ofMinutes(59))), date);
        }
    }

    @Test
    void a_fixed_clock_stands_still_until_it_is_moved() {
        SimulatorClock clock = SimulatorClock.at(NOON);
        assertEquals(NOON, clock.instant());
        assertEquals(NOON.plusSeconds(5), clock.advance(Duration.ofSeconds(5)));
        assertEquals(NOON.plusSeconds(5), clock.withZone(ZoneId.of("Asia/Tokyo")).instant());
        clock.set(NOON.minusSeconds(5));
        assertEquals(NOON.minusSeconds(5), clock.instant());
        assertThrows(IllegalArgumentException.class, () -> clock.advance(Duration.ofSeconds(-1)));
    }

    @Test
    void a_running_clock_goes_on_after_it_was_moved() {
        SimulatorClock clock = SimulatorClock.running();
        assertFalse(clock.instant().isAfter(Instant.now()));
        clock.advance(Duration.ofDays(1));
        assertTrue(clock.instant().isAfter(Instant.now().plus(Duration.ofHours(23))));
        clock.set(NOON);
        Instant moved = clock.instant();
        assertFalse(moved.isBefore(NOON));
        while (!clock.instant().isAfter(moved)) {
            Thread.onSpinWait();
        }
    }
}
