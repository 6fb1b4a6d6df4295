package io.github.integratorio.simulator;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.regex.Pattern;

/** Formats instants as the API does in documents, and as HTTP does in headers. */
final class Timestamps {

    private static final DateTimeFormatter MILLIS_UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter HTTP =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SLASHES =
            DateTimeFormatter.ofPattern("MM/dd/uuuu", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter PLAIN_OFFSET = new DateTimeFormatterBuilder().parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME).appendPattern("X")
            .toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    private static final Pattern PLAIN = Pattern.compile(".*[+-]\\d{4}");

    private Timestamps() {
    }

    static String iso(Instant instant) {
        return MILLIS_UTC.format(instant);
    }

    static String http(Instant instant) {
        return HTTP.format(instant);
    }

    /**
     * Converts a date to the API's format: an ISO-8601 timestamp with a zone ({@code Z}, {@code +01:00} or
     * {@code +0100}), or month, day and year as in {@code 08/31/2027}, which is midnight in UTC.
     * Throws a {@link DateTimeException} for anything else.
     */
    static String normalize(String text) {
        if (text.indexOf('/') >= 0) {
            return iso(LocalDate.parse(text, SLASHES).atStartOfDay(ZoneOffset.UTC).toInstant());
        }
        DateTimeFormatter format =
                PLAIN.matcher(text).matches() ? PLAIN_OFFSET : DateTimeFormatter.ISO_OFFSET_DATE_TIME;
        return iso(OffsetDateTime.parse(text, format).toInstant());
    }
}
