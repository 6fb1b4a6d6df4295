package io.github.integratorio.camel.internal.client.protocol;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;

/** Reads the {@code Retry-After} header in the forms of RFC 9110: whole seconds, or a date in one of three formats. */
public final class RetryAfter {

    private static final Duration LONGEST = Duration.ofDays(36500);
    private static final Map<Long, String> DAYS =
            Map.of(1L, "Mon", 2L, "Tue", 3L, "Wed", 4L, "Thu", 5L, "Fri", 6L, "Sat", 7L, "Sun");
    private static final Map<Long, String> MONTHS = Map.ofEntries(Map.entry(1L, "Jan"), Map.entry(2L, "Feb"),
            Map.entry(3L, "Mar"), Map.entry(4L, "Apr"), Map.entry(5L, "May"), Map.entry(6L, "Jun"),
            Map.entry(7L, "Jul"),
            Map.entry(8L, "Aug"), Map.entry(9L, "Sep"), Map.entry(10L, "Oct"), Map.entry(11L, "Nov"),
            Map.entry(12L, "Dec"));

    private RetryAfter() {
    }

    /**
     * The wait that a response asks for; the longest one if it has several headers.
     *
     * @param  head the response
     * @param  now  this machine's time, used if the response has no {@code Date}
     * @return      empty if there is no header that can be read; zero for a date in the past
     */
    public static Optional<Duration> of(HttpResponse head, Instant now) {
        Header date = head.getFirstHeader("Date");
        Instant then = date == null ? null : date(date.getValue(), now);
        Duration longest = null;
        for (Header header : head.getHeaders("Retry-After")) {
            Duration wait = wait(header.getValue() == null ? "" : header.getValue().trim(), then == null ? now : then);
            if (wait != null && (longest == null || wait.compareTo(longest) > 0)) {
                longest = wait;
            }
        }
        return Optional.ofNullable(longest);
    }

    private static Duration wait(String text, Instant then) {
        if (text.matches("\\d{1,100}")) {
            BigInteger seconds = new BigInteger(text);
            return seconds.bitLength() > 31 ? LONGEST : Duration.ofSeconds(seconds.longValue());
        }
        Instant date = date(text, then);
        return date == null ? null : date.isAfter(then) ? Duration.between(then, date) : Duration.ZERO;
    }

    private static Instant date(String text, Instant then) {
        // A two-digit year that seems more than fifty years in the future is in the past (RFC 9110, 5.6.7).
        int century = LocalDateTime.ofInstant(then, ZoneOffset.UTC).getYear() - 50;
        List<DateTimeFormatter> forms = List.of(
                start(DAYS, "', 'dd' '").appendText(ChronoField.MONTH_OF_YEAR, MONTHS)
                        .appendPattern("' 'uuuu' 'HH:mm:ss' GMT'").toFormatter(Locale.ROOT),
                new DateTimeFormatterBuilder().appendText(ChronoField.DAY_OF_WEEK, TextStyle.FULL)
                        .appendPattern("', 'dd'-'").appendText(ChronoField.MONTH_OF_YEAR, MONTHS).appendLiteral('-')
                        .appendValueReduced(ChronoField.YEAR, 2, 2, century).appendPattern("' 'HH:mm:ss' GMT'")
                        .toFormatter(Locale.ENGLISH),
                start(DAYS, "' '").appendText(ChronoField.MONTH_OF_YEAR, MONTHS).appendLiteral(' ').padNext(2)
                        .appendValue(ChronoField.DAY_OF_MONTH).appendPattern("' 'HH:mm:ss' 'uuuu")
                        .toFormatter(Locale.ROOT));
        for (DateTimeFormatter form : forms) {
            try {
                return LocalDateTime.parse(text, form).toInstant(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                // Try the next format.
            }
        }
        return null;
    }

    private static DateTimeFormatterBuilder start(Map<Long, String> days, String pattern) {
        return new DateTimeFormatterBuilder().appendText(ChronoField.DAY_OF_WEEK, days).appendPattern(pattern);
    }
}
