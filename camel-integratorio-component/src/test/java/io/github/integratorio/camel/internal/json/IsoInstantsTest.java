package io.github.integratorio.camel.internal.json;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

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

    /** Rows of a list may have text of any length where a date is expected, and each poll reads it. */
    @Test
    void text_that_is_almost_an_instant_is_rejected_in_a_time_that_grows_with_its_length() {
        for (String text : List.of("T", "T+", "+01", "2027-01-01T00:00:00+01")) {
            String almost = "2027-01-01T" + text.repeat(500_000);
            assertTimeoutPreemptively(Duration.ofSeconds(60),
                    () -> assertNull(IsoInstants.parseOrNull(almost)), text);
        }
    }

    @Property
    void an_instant_has_the_same_text_as_its_clock_and_offset_say(
            @ForAll @LongRange(min = -62_135_596_800_000L, max = 253_402_214_400_000L) long millis,
            @ForAll @IntRange(min = -17, max = 17) int hours, @ForAll @IntRange(max = 59) int minutes) {
        Instant instant = Instant.ofEpochMilli(millis);
        int offset = hours * 60 + (hours < 0 ? -minutes : minutes);
        String clock = IsoInstants.format(instant.plus(Duration.ofMinutes(offset))).replace("Z", "");
        String sign = offset < 0 ? "-" : "+";
        String digits = String.format(Locale.ROOT, "%02d%02d", Math.abs(offset) / 60, Math.abs(offset) % 60);
        assertEquals(instant, IsoInstants.parse(clock + sign + digits));
        assertEquals(instant, IsoInstants.parse(clock + sign + digits.substring(0, 2) + ":" + digits.substring(2)));
    }

    /** Z and +00:00 take different paths through the parser. */
    @Property
    void almost_an_instant_is_read_or_rejected_whatever_way_utc_is_written(@ForAll("clocks") String clock) {
        Instant read = IsoInstants.parseOrNull(clock + "Z");
        assertEquals(read, IsoInstants.parseOrNull(clock + "+00:00"), clock);
        assertEquals(read, IsoInstants.parseOrNull(clock + "+0000"), clock);
        if (read != null) {
            assertEquals(read, IsoInstants.parse(IsoInstants.format(read)));
        }
    }

    @Provide
    Arbitrary<String> clocks() {
        Arbitrary<String> two = Arbitraries.integers().between(0, 61).map(n -> String.format(Locale.ROOT, "%02d", n));
        Arbitrary<String> date =
                Combinators.combine(Arbitraries.of("0000", "1900", "2024", "2027", "9999", "-001", "12345"),
                        Arbitraries.integers().between(0, 13), Arbitraries.integers().between(0, 32))
                        .as((year, month, day) -> String.format(Locale.ROOT, "%s-%02d-%02d", year, month, day));
        Arbitrary<String> fraction = Arbitraries.of("", ".0", ".000", ".999", ".9999", ",000", ".1234567890");
        return Combinators.combine(date, Arbitraries.of("T", "t", " "), Arbitraries.integers().between(0, 25), two, two,
                fraction).as(
                        (day, separator, hour, minute, second, part) -> day + separator
                                + String.format(Locale.ROOT, "%02d", hour) + ":" + minute + ":" + second + part);
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
