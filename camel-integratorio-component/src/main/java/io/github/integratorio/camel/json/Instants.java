package io.github.integratorio.camel.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Instants as the API writes them: ISO-8601, UTC, milliseconds, {@code Z}. */
public final class Instants {

    private static final DateTimeFormatter FORMAT
            = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Instants() {
    }

    /** The instant as the API writes it; what is finer than a millisecond is cut. */
    public static String format(Instant instant) {
        return FORMAT.format(instant);
    }

    /**
     * Reads a date and time with an offset.
     *
     * @param  text              for example {@code 2027-01-31T12:00:00Z} or {@code 2027-01-31T12:00:00+01:00}
     * @return                   the instant, to the millisecond
     * @throws DateTimeException when it is anything else, or a day or time that does not exist
     */
    public static Instant parse(String text) {
        return OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME).toInstant()
                .truncatedTo(ChronoUnit.MILLIS);
    }
}
