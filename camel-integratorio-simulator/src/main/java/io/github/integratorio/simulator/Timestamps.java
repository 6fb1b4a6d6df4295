package io.github.integratorio.simulator;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats instants as the API does in documents, and as HTTP does in headers. */
final class Timestamps {

    private static final DateTimeFormatter MILLIS_UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter HTTP =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private Timestamps() {
    }

    static String iso(Instant instant) {
        return MILLIS_UTC.format(instant);
    }

    static String http(Instant instant) {
        return HTTP.format(instant);
    }

    /** Converts an ISO-8601 timestamp with a zone to the API's format; throws {@link DateTimeException} otherwise. */
    static String normalize(String text) {
        return iso(OffsetDateTime.parse(text).toInstant());
    }
}
