package io.github.integratorio.camel.internal.producer;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.license.DocumentValidator;
import io.github.integratorio.camel.internal.license.EmailAddress;
import io.github.integratorio.camel.internal.message.ResultIds;
import io.github.integratorio.camel.internal.text.Blanks;
import org.apache.camel.Message;

/** Reads and checks values that a URI option or a header gives. A header never contradicts an option. */
public final class OptionOrHeader {

    private static final int MAX_IDEMPOTENCY_KEY = 200;
    private static final Pattern UUID_TEXT = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private final IntegratorioConfiguration options;

    OptionOrHeader(IntegratorioConfiguration options) {
        this.options = options;
    }

    static String id(Message message, String option, String fromUri, String header) {
        Object value = header(message, header);
        if (value == null || fromUri != null && ResultIds.of(message.getExchange(), value).contains(value)) {
            return fromUri;
        }
        if (!(value instanceof String text)) {
            throw new IllegalArgumentException("header " + header + ": expected a String");
        }
        ApiRequest.requireId("header " + header, text);
        if (fromUri != null && !fromUri.equals(text)) {
            throw conflicting(option, header);
        }
        return text;
    }

    /** Returns a header, text of any class as a String. */
    static Object header(Message message, String name) {
        Object value = message.getHeader(name);
        return value instanceof CharSequence text ? text.toString() : value;
    }

    String email(Message message) {
        Object value = header(message, IntegratorioConstants.EMAIL);
        if (value == null) {
            return options.getEmail();
        }
        String email = EmailAddress.require("header " + IntegratorioConstants.EMAIL, value);
        if (options.getEmail() == null) {
            return email;
        }
        if (!EmailAddress.isSameUser(options.getEmail(), email)) {
            throw conflicting("email", IntegratorioConstants.EMAIL);
        }
        return options.getEmail();
    }

    String idempotencyKey(OperationDefinition definition, Message message) {
        Object value =
                definition.acceptsIdempotencyKey() ? message.getHeader(IntegratorioConstants.IDEMPOTENCY_KEY) : null;
        if (value == null) {
            return options.getIdempotencyKey() == null ? null
                    : requireIdempotencyKey("idempotencyKey", options.getIdempotencyKey());
        }
        String key = requireIdempotencyKey("header " + IntegratorioConstants.IDEMPOTENCY_KEY, value);
        if (options.getIdempotencyKey() != null
                && !requireIdempotencyKey("idempotencyKey", options.getIdempotencyKey()).equals(key)) {
            throw conflicting("idempotencyKey", IntegratorioConstants.IDEMPOTENCY_KEY);
        }
        return key;
    }

    /** Checks the key of a creation: text, a whole number or a UUID. */
    public static String requireIdempotencyKey(String name, Object value) {
        String key = value instanceof CharSequence || value instanceof Integer || value instanceof Long
                || value instanceof Short || value instanceof Byte || value instanceof BigInteger
                || value instanceof UUID ? Blanks.strip(value.toString())
                        : value instanceof BigDecimal number ? wholeNumber(number) : "";
        if (key.isEmpty() || key.length() > MAX_IDEMPOTENCY_KEY
                || key.codePoints().anyMatch(OptionOrHeader::isInvisible)) {
            throw new IllegalArgumentException(name + ": expected an order number of 1 to " + MAX_IDEMPOTENCY_KEY
                    + " characters that can be seen, as text, a whole number or a UUID");
        }
        // Databases print the same UUID in either case.
        return UUID_TEXT.matcher(key).matches() ? key.toLowerCase(Locale.ROOT) : key;
    }

    /** Such as a byte order mark in front of the first column of a file, or a zero-width space: the same order for who reads it. */
    private static boolean isInvisible(int one) {
        int type = Character.getType(one);
        return type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE;
    }

    /** The digits of a whole number; empty for any other. */
    private static String wholeNumber(BigDecimal number) {
        BigDecimal plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        boolean isWhole = plain.scale() <= 0 && plain.precision() - (long) plain.scale() <= MAX_IDEMPOTENCY_KEY;
        return isWhole ? plain.toPlainString() : "";
    }

    Instant expires(Message message, Instant now) {
        Object value = plain(header(message, IntegratorioConstants.EXPIRES));
        if (value == null) {
            return options.getExpires() == null ? null : expires("expires", options.getExpires(), now);
        }
        Instant expires = expires("header " + IntegratorioConstants.EXPIRES, value, now);
        if (options.getExpires() != null && !expires.equals(expires("expires", options.getExpires(), now))) {
            throw conflicting("expires", IntegratorioConstants.EXPIRES);
        }
        return expires;
    }

    /** Returns a duration as its text, and any other value unchanged. */
    private static Object plain(Object value) {
        return value instanceof Duration || value instanceof Period ? value.toString() : value;
    }

    /** Parses an expiry: a date and time with a zone, or a duration from now. */
    public static Instant expires(String name, Object value, Instant now) {
        if (!(value instanceof String text) || !text.startsWith("P")) {
            return DocumentValidator.instant(name, value);
        }
        Instant instant;
        try {
            // Years to days count by the calendar, and what follows the T by the clock.
            int time = text.indexOf('T');
            String date = time < 0 ? text : text.substring(0, time);
            Instant day = date.equals("P") && time > 0 ? now
                    : now.atZone(ZoneOffset.UTC).plus(Period.parse(date)).toInstant();
            instant = time < 0 ? day : day.plus(Duration.parse("P" + text.substring(time)));
        } catch (DateTimeException | ArithmeticException e) {
            throw DocumentValidator.invalidExpiry(name);
        }
        return DocumentValidator.instant(name, instant);
    }

    /**
     * Refuses options that are set although they have no place there.
     *
     * @param  where                    what does not support them, and what to do instead
     * @param  set                      the names of those that are set; null for one that is not
     * @throws IllegalArgumentException if one of them is set
     */
    public static void refuse(String where, String... set) {
        String names = Stream.of(set).filter(Objects::nonNull).collect(Collectors.joining(", "));
        if (!names.isEmpty()) {
            throw new IllegalArgumentException(names + ": not supported by " + where);
        }
    }

    static IllegalArgumentException missing(String option, String header) {
        return new IllegalArgumentException(option + ": required, as an option or header " + header);
    }

    /**
     * Checks that a header does not contradict what a message fills into a URI.
     *
     * @param filledIn the value of the option
     */
    public static void requireSame(Message message, String option, String header, Object filledIn) {
        Object value = message.getHeader(header);
        String text = String.valueOf(filledIn);
        boolean isSame = value == null || ResultIds.of(message.getExchange(), value).contains(value)
                || value.toString().equals(text)
                || header.equals(IntegratorioConstants.EMAIL) && EmailAddress.isSameUser(value.toString(), text);
        if (!isSame) {
            throw conflicting(option, header);
        }
    }

    static IllegalArgumentException conflicting(String option, String header) {
        return new IllegalArgumentException(option + ": header " + header
                + " conflicts with the endpoint URI, which headers cannot override; remove the header, or the option from the URI");
    }
}
