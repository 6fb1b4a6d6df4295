package io.github.integratorio.camel.internal.operation.creation;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.github.integratorio.camel.internal.json.IsoInstants;
import io.github.integratorio.camel.internal.operation.creation.CreationClaim.Evidence;
import io.github.integratorio.camel.internal.operation.lookup.LicenseIndex;

/** Finds the license that an earlier attempt under a claim has made. Its methods may block. */
final class ClaimSearch {

    /** A creation waits for the rate limiter, and is retried if the API refuses it, but not for longer than this. */
    private static final Duration SENT_WITHIN = Duration.ofMinutes(10);

    private final CreationClaim claim;
    private final Function<LicenseIndex, List<Map<String, Object>>> ofUser;
    private final Predicate<Map<String, Object>> isOfKind;
    private final Predicate<Map<String, Object>> matches;

    /**
     * @param ofUser   those of the licenses of a connector that are the user's
     * @param isOfKind whether a license is of the kind that is created: production or sandbox, or child of which
     * @param matches  whether a license of the user that no claim made may be the earlier attempt's; null if any license of the user will do
     */
    ClaimSearch(CreationClaim claim, Function<LicenseIndex, List<Map<String, Object>>> ofUser,
            Predicate<Map<String, Object>> isOfKind, Predicate<Map<String, Object>> matches) {
        this.claim = claim;
        this.ofUser = ofUser;
        this.isOfKind = isOfKind;
        this.matches = matches;
    }

    /**
     * What was found.
     *
     * @param license the license that the earlier attempt made; null if none was found
     * @param seen    what a message says of it
     * @param isOther whether only a license of another kind was found, so that this one is not known to be gone
     */
    record Found(Map<String, Object> license, Evidence evidence, String seen, boolean isOther) {
    }

    /**
     * Looks for the license.
     *
     * @param licenses those of the connector
     * @param hasNext  whether the claim for the next license was taken, as the last one was made and seems to be gone
     */
    Found find(LicenseIndex licenses, boolean hasNext) {
        List<Map<String, Object>> rows = ofUser.apply(licenses);
        Found own = findMade(rows);
        // What is carried out has made a license of its own, which may be gone or not listed yet; nothing else can be its license.
        boolean isDone = own == null && matches != null && (hasNext || claim.isDone());
        if (isDone) {
            // Or its user cannot be read, or has changed.
            own = findMade(licenses.rows());
        }
        return own != null ? own : findMatching(isDone ? List.of() : rows);
    }

    private Found findMade(Collection<Map<String, Object>> rows) {
        Found other = null;
        for (Map<String, Object> row : rows) {
            Evidence evidence = claim.made(id(row));
            if (evidence != null && isOfKind.test(row)) {
                return new Found(row, evidence(evidence), "license " + id(row) + " was made", false);
            }
            if (evidence != null) {
                other = new Found(null, evidence, "license " + id(row)
                        + " was made under it, but is of another kind: production, sandbox or child license", true);
            }
        }
        return other;
    }

    private Found findMatching(List<Map<String, Object>> ofUser) {
        List<Map<String, Object>> candidates = matches == null ? ofUser
                : ofUser.stream().filter(matches)
                        .filter(row -> !claim.isMade(id(row)) && isOfTimeOfClaim(row)).toList();
        String seen = candidates.isEmpty() ? "no license matches it"
                : candidates.size() + " licenses match it: "
                        + candidates.stream().limit(10).map(ClaimSearch::id).collect(Collectors.joining(", "));
        return new Found(candidates.size() == 1 ? candidates.get(0) : null, evidence(Evidence.MATCHES), seen,
                false);
    }

    /** Whether a license was created soon after the claim was taken; an older or newer one is another purchase. */
    private boolean isOfTimeOfClaim(Map<String, Object> license) {
        Instant created = IsoInstants.parseOrNull(license.get("created"));
        return created != null
                && claim.wasTakenBetween(created.minus(SENT_WITHIN), created.plus(LicenseCreator.ORDER_TOLERANCE));
    }

    /** Any license of the user will do for a claim of the user. */
    Evidence evidence(Evidence ofOrder) {
        return matches == null ? Evidence.CERTAIN : ofOrder;
    }

    private static String id(Map<String, Object> license) {
        return (String) license.get("_id");
    }
}
