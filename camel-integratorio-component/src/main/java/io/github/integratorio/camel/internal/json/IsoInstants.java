package io.github.integratorio.camel.internal.json;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Instants as the API writes them: ISO-8601, UTC, milliseconds, {@code Z}. */
public final class IsoInstants {

    /** Read and written by hand: with a formatter it costs more than all the rest that is done with a license. */
    private static final String OWN_FORM = "0000-00-00T00:00:00.000Z";
    private static final DateTimeFormatter FORMAT
            = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private IsoInstants() {
    }

    /** The instant as the API writes it; what is finer than a millisecond is cut. */
    public static String format(Instant instant) {
        LocalDateTime time = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        if (time.getYear() < 0 || time.getYear() > 9999) {
            return FORMAT.format(instant);
        }
        byte[] text = OWN_FORM.getBytes(StandardCharsets.ISO_8859_1);
        write(text, 0, 4, time.getYear());
        write(text, 5, 2, time.getMonthValue());
        write(text, 8, 2, time.getDayOfMonth());
        write(text, 11, 2, time.getHour());
        write(text, 14, 2, time.getMinute());
        write(text, 17, 2, time.getSecond());
        write(text, 20, 3, time.getNano() / 1_000_000);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static void write(byte[] text, int start, int digits, int number) {
        int rest = number;
        for (int at = start + digits - 1; at >= start; at--) {
            text[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /**
     * Reads a date and time with an offset.
     *
     * @param  text              for example {@code 2027-01-31T12:00:00Z} or {@code 2027-01-31T12:00:00+01:00}
     * @return                   the instant, to the millisecond
     * @throws DateTimeException when it is anything else, or a day or time that does not exist
     */
    public static Instant parse(String text) {
        if (isOwnForm(text)) {
            return LocalDateTime.of(read(text, 0, 4), read(text, 5, 2), read(text, 8, 2), read(text, 11, 2), read(text, 14, 2),
                    read(text, 17, 2), read(text, 20, 3) * 1_000_000).toInstant(ZoneOffset.UTC);
        }
        return OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME).toInstant()
                .truncatedTo(ChronoUnit.MILLIS);
    }

    /** Whether a text has the form that {@link #format} gives, whether or not there is such a day or time. */
    public static boolean isOwnForm(String text) {
        if (text.length() != OWN_FORM.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char one = text.charAt(i);
            if (OWN_FORM.charAt(i) == '0' ? one < '0' || one > '9' : one != OWN_FORM.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int read(String text, int start, int digits) {
        int number = 0;
        for (int at = start; at < start + digits; at++) {
            number = 10 * number + text.charAt(at) - '0';
        }
        return number;
    }
}
