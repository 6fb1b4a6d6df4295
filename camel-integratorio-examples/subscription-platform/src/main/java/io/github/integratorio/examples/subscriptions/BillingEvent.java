package io.github.integratorio.examples.subscriptions;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * A webhook of the billing system, parsed and validated. The only class that knows the billing system's format.
 *
 * @param id           the event id, the same for each delivery
 * @param type         the event type
 * @param subscription the subscription after the event; null if the type does not affect licenses
 */
record BillingEvent(String id, String type, Subscription subscription) {

    /** The types that affect licenses. */
    static final Set<String> TYPES = Set.of("trial.started", "subscription.activated", "subscription.edition_changed",
            "subscription.renewed", "payment.failed", "subscription.cancelled");

    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern EDITION = Pattern.compile("[\\p{L}\\p{N} _.-]{1,64}");
    private static final Pattern EMAIL =
            Pattern.compile("(?=.{3,254}$)[^\\s\\p{Cntrl}@<>\"(),:;]{1,64}@[\\p{L}\\p{N}-]+(\\.[\\p{L}\\p{N}-]+)+");
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("9999-01-01T00:00:00Z");

    /**
     * Parses an event.
     *
     * @throws IllegalArgumentException naming the invalid field, without its value
     */
    static BillingEvent parse(String json) {
        JsonNode event;
        try {
            event = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON");
        }
        String id = text(event, "id", ID);
        String type = text(event, "type", ID);
        return new BillingEvent(id, type, TYPES.contains(type) ? subscription(event.path("subscription")) : null);
    }

    private static Subscription subscription(JsonNode node) {
        Subscription.Status status = status(node);
        return new Subscription(text(node, "id", ID), text(node, "customer", ID), sequence(node), status,
                text(node, "email", EMAIL).toLowerCase(Locale.ROOT), text(node, "edition", EDITION),
                instant(node, "paidUntil"),
                status == Subscription.Status.PAST_DUE ? instant(node, "pastDueSince") : null,
                status == Subscription.Status.CANCELLED ? instant(node, "endsAt") : null);
    }

    private static Subscription.Status status(JsonNode node) {
        for (Subscription.Status status : Subscription.Status.values()) {
            if (status.name().equalsIgnoreCase(node.path("status").asText())) {
                return status;
            }
        }
        throw new IllegalArgumentException("status: expected trialing, active, past_due or cancelled");
    }

    private static long sequence(JsonNode node) {
        JsonNode sequence = node.path("sequence");
        if (!sequence.isIntegralNumber() || !sequence.canConvertToLong() || sequence.asLong() < 1) {
            throw new IllegalArgumentException("sequence: expected an integer of at least 1");
        }
        return sequence.asLong();
    }

    private static String text(JsonNode node, String field, Pattern pattern) {
        JsonNode value = node.path(field);
        if (!value.isTextual() || !pattern.matcher(value.asText()).matches()) {
            throw new IllegalArgumentException(
                    field + (value.isMissingNode() ? ": is missing" : ": has an invalid format"));
        }
        return value.asText();
    }

    private static Instant instant(JsonNode node, String field) {
        try {
            // integrator.io stores milliseconds.
            Instant instant =
                    OffsetDateTime.parse(node.path(field).asText()).toInstant().truncatedTo(ChronoUnit.MILLIS);
            if (instant.isAfter(EARLIEST) && instant.isBefore(END)) {
                return instant;
            }
        } catch (DateTimeException e) {
            // Reported below.
        }
        throw new IllegalArgumentException(
                field + ": expected a date and time with a zone, such as 2027-01-31T12:00:00Z");
    }
}
