package io.github.integratorio.camel.internal.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** Instants in the format of the API, which are formatted and parsed without java.time's formatters. */
class IsoInstantsTest {

    private static final DateTimeFormatter FORMATTER =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Test
    void instants_are_formatted_and_parsed_as_java_does() {
        Random random = new Random(1);
        long first = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
        long last = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
        for (int i = 0; i < 100_000; i++) {
            Instant instant =
                    Instant.ofEpochSecond(first + random.nextLong(last - first + 1), random.nextInt(1_000_000_000));
            String text = IsoInstants.format(instant);
            assertEquals(FORMATTER.format(instant), text);
            assertEquals(OffsetDateTime.parse(text).toInstant(), IsoInstants.parse(text));
            assertEquals(instant.truncatedTo(ChronoUnit.MILLIS), IsoInstants.parse(text));
        }
    }

    @Test
    void a_year_of_more_than_four_digits_is_formatted() {
        Instant late = Instant.parse("+12345-01-31T12:00:00Z");
        assertEquals(FORMATTER.format(late), IsoInstants.format(late));
    }

    @ParameterizedTest
    @ValueSource(strings = { "2027-02-29T12:00:00.000Z", "2027-13-01T12:00:00.000Z", "2027-00-01T12:00:00.000Z",
            "2027-01-31T24:00:00.000Z",
            "2027-01-31T12:60:00.000Z", "2027-01-31T12:00:60.000Z", "2027-01-31 12:00:00.000Z",
            "2027-01-31T12:00:00,000Z",
            "2027-01-31T12:00:00.0000", "2027-01-31T12:00:00+0", "2027-01-31T12:00:00+000", "2027-01-31T12:00:00ZZ",
            "2027-01-31T12:00:00+01:00+02", "2027-01-31", "2027-01-31+01", "2027-01-31T12:00:00+2500",
            "2027-01-31T12:00:00+0060", "2027-01-31T12:00:00.00٣Z", "-027-01-31T12:00:00.000Z" })
    void text_that_is_not_an_instant_is_rejected(String text) {
        assertThrows(DateTimeException.class, () -> IsoInstants.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = { "2027-01-31T12:00:00.000Z", "2027-01-31t12:00:00.000z", "2027-01-31T12:00:00Z",
            "2027-01-31T13:00:00+01:00", "2027-01-31T12:00:00.000123Z",
            "2027-01-31T12:00:00.000+0000", "2027-01-31T13:00:00+0100", "2027-01-31T12:00:00+00", "2027-01-31T12:00Z",
            "2027-01-31T11:00-01", "2027-01-31t12:00:00.000000000z", "2027-01-31T12:00:00+00:00",
            "2027-01-31T17:30:00.000+0530" })
    void other_iso_8601_forms_are_parsed(String text) {
        assertEquals(Instant.parse("2027-01-31T12:00:00Z"), IsoInstants.parse(text));
    }
}
