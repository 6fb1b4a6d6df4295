package io.github.integratorio.simulator;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The API's way of writing instants, and HTTP's. */
final class Dates {

    private static final DateTimeFormatter MILLIS_UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter HTTP =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private Dates() {
    }

    static String iso(Instant instant) {
        return MILLIS_UTC.format(instant);
    }

    static String http(Instant instant) {
        return HTTP.format(instant);
    }

    /** Any ISO-8601 instant with a zone, in the API's own form; a {@link DateTimeException} for anything else. */
    static String normalised(String text) {
        return iso(OffsetDateTime.parse(text).toInstant());
    }
}
