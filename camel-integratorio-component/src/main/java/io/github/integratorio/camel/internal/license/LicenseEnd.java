package io.github.integratorio.camel.internal.license;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.internal.json.IsoInstants;

/**
 * The end of a license. An expired license shuts the customer's integration off, and a renewed one has been paid for: a response that shows
 * another end than was sent does not confirm the write.
 */
public final class LicenseEnd {

    /** An API may round the expiry of a license, to the end of the day at most. */
    private static final Duration TOLERANCE = Duration.ofDays(1);

    private LicenseEnd() {
    }

    /**
     * Returns how the license of a response contradicts the end that was sent; null if it does not, or shows no end at all.
     *
     * @param sent  the license of the request
     * @param shown that of the response
     */
    public static String contradiction(Map<String, Object> sent, Map<String, Object> shown) {
        if (DocumentValidator.DATES.stream().anyMatch(shown::containsKey) && License.over(shown).getEndsAt() == null) {
            return "has no end that can be read";
        }
        String end = difference(License.over(sent).getEndsAt(), License.over(shown).getEndsAt());
        return end != null ? end : DocumentValidator.DATES.stream()
                .map(date -> difference(IsoInstants.parseOrNull(sent.get(date)),
                        IsoInstants.parseOrNull(shown.get(date))))
                .filter(text -> text != null).findFirst().orElse(null);
    }

    private static String difference(Instant wanted, Instant shown) {
        return wanted == null || shown == null || Duration.between(wanted, shown).abs().compareTo(TOLERANCE) <= 0 ? null
                : "expires at " + IsoInstants.format(shown) + ", not at " + IsoInstants.format(wanted);
    }
}
