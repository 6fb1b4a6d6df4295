package io.github.integratorio.camel.internal.operation.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.license.DocumentValidator;
import io.github.integratorio.camel.internal.license.LicenseKind;
import io.github.integratorio.camel.internal.operation.lookup.LicenseFinder;
import io.github.integratorio.camel.internal.operation.request.DesiredLicenses;
import io.github.integratorio.camel.internal.operation.request.DesiredLicenses.Row;
import io.github.integratorio.camel.internal.operation.request.RowProblems;

/** Compares the licenses that should be with those that a list has shown, by the rules of an upsert. */
final class LicenseComparison {

    /** A license that a row lets go on for less than this is ended by it: a wrong list may have times of today. */
    private static final Duration SOON = Duration.ofDays(1);

    private final DesiredLicenses desired;
    private final ListedLicenses listed;
    private final LicenseFinder finder;
    private final Instant now;
    private final BitSet named = new BitSet();
    /** The rows that mean the licenses. */
    private final int[] rowOf;
    private final RowProblems doubled = RowProblems.doubled();
    private final RowProblems nameless = new RowProblems("of a license that the connector does not have, and name no"
            + " user, whose license unknownLicenses=expire could end");
    private int creations;
    private int changes;
    private int endings;
    private int children;

    /** @param now the time at which licenses have ended or not */
    LicenseComparison(DesiredLicenses desired, ListedLicenses listed, LicenseFinder finder, Instant now) {
        this.desired = desired;
        this.listed = listed;
        this.finder = finder;
        this.now = now;
        this.rowOf = new int[listed.size()];
        for (Iterator<Row> rows = desired.iterator(); rows.hasNext();) {
            count(rows.next());
        }
    }

    /** What a row asks for. */
    enum Kind {
        CREATE, CHANGE, NOTHING, REFUSED
    }

    /**
     * What a row asks for.
     *
     * @param number    the existing license among those listed; -1 if there is none
     * @param licenseId its id, or null
     * @param fields    the fields to set
     * @param ends      whether the license is valid, and would not be afterwards
     * @param problem   why it is refused, or null
     */
    record Decision(Kind kind, int number, String licenseId, Map<String, Object> fields, boolean ends,
            String problem) {
    }

    /** Compares a row. */
    Decision compare(Row row) {
        int number = -1;
        try {
            number = find(row);
            return compared(row, number);
        } catch (IllegalArgumentException e) {
            return new Decision(Kind.REFUSED, number, number < 0 ? row.reference().id() : listed.id(number), Map.of(),
                    false, e.getMessage());
        }
    }

    private Decision compared(Row row, int number) {
        for (String date : DocumentValidator.DATES) {
            if (row.document().get(date) instanceof String text && text.startsWith("P")) {
                throw new IllegalArgumentException(date + ": a duration would move the end in each run;"
                        + " expected a date and time with a zone, such as 2027-01-31T12:00:00Z");
            }
        }
        Map<String, Object> fields = DocumentValidator.licensePatch(row.document());
        fields.remove("email");
        if (number < 0) {
            requireReadable();
            DocumentValidator.newLicense(fields, row.reference().email(), now);
            return new Decision(Kind.CREATE, number, null, fields, false, null);
        }
        Map<String, Object> current = listed.document(number);
        LicenseKind.requireSame(current, fields);
        String licenseId = (String) current.get("_id");
        boolean isSame = JsonMerge.isNoOp(current, fields) && !finder.mayBeListedLate(licenseId)
                && (row.reference().isChild() || row.user() == null || listed.all(row.user()).contains(number));
        return new Decision(isSame ? Kind.NOTHING : Kind.CHANGE, number, licenseId, fields,
                !isSame && ends(current, fields), null);
    }

    /** Whether a license is valid, and would end earlier with these fields, and soon. */
    private boolean ends(Map<String, Object> current, Map<String, Object> fields) {
        Map<String, Object> changed = JsonMerge.merge(current, fields);
        Instant end = License.over(current).getEndsAt();
        return ListedLicenses.isValid(current, now) && !ListedLicenses.isValid(changed, now.plus(SOON))
                && (end == null || License.over(changed).getEndsAt().isBefore(end));
    }

    /**
     * Checks that a license may be changed as decided: what has changed since the list was read is newer than the row. If the row ends the
     * license, all of it must be what the list has shown, as it may have been paid for; otherwise the fields of the row.
     *
     * @throws IllegalArgumentException if not
     */
    void requireMayChange(Map<String, Object> current, Decision decision) {
        Map<String, Object> fields = decision.fields();
        if (ends(current, fields)) {
            requireAsListed(current, decision.number());
        } else if (!finder.mayBeListedLate(decision.licenseId()) && !JsonMerge.isNoOp(current, fields)) {
            Map<String, Object> seen = listed.document(decision.number());
            if (!fields.keySet().stream().allMatch(name -> JsonMerge.same(seen.get(name), current.get(name)))) {
                throw new IllegalArgumentException("the license was changed while the reconcile ran, and was left so");
            }
        }
    }

    /** As {@link #requireMayChange}, for a license that ends because no row names it. */
    void requireAsListed(Map<String, Object> current, int number) {
        if (!listed.isAsListed(number, current)) {
            throw new IllegalArgumentException("the license was changed while the reconcile ran, and was not ended");
        }
    }

    private int find(Row row) {
        String id = row.reference().id();
        if (id != null) {
            int number = listed.find(id);
            if (number < 0) {
                throw new IllegalArgumentException("_id: the connector has no license with this id");
            }
            return number;
        }
        row.reference().requireOwnLicense();
        List<Integer> all = listed.all(row.user());
        if (all.size() > 1) {
            throw new IllegalArgumentException("email: the user has " + all.size()
                    + " licenses of this connector; name one by _id: "
                    + all.stream().map(listed::id).collect(Collectors.joining(", ")));
        }
        return all.isEmpty() ? -1 : all.get(0);
    }

    private void requireReadable() {
        if (!listed.unreadable().isEmpty()) {
            throw new IllegalArgumentException("email: the user seems to have no license, but the list has licenses"
                    + " whose user cannot be read: "
                    + listed.unreadable().stream().limit(10).collect(Collectors.joining(", ")));
        }
    }

    private void count(Row row) {
        int number = row.reference().id() == null ? -1 : listed.find(row.reference().id());
        if (number >= 0) {
            listed.siblings(number).forEach(named::set);
            children += listed.isOwned(number) || !ListedLicenses.isValid(listed.document(number), now) ? 0 : 1;
        }
        // Next to an id, the address says no more than whose license it is, and not whether it is the sandbox one.
        if (row.user() != null && (number < 0 || !listed.isOf(number, row.user().email()))) {
            listed.all(row.user()).forEach(named::set);
        }
        Decision decision = compare(row);
        if (decision.number() >= 0) {
            int earlier = rowOf[decision.number()];
            rowOf[decision.number()] = row.number();
            if (earlier > 0) {
                doubled.add(row.number(), earlier);
            }
        }
        if (decision.number() < 0 && row.user() == null) {
            nameless.add(row.number(), "");
        }
        switch (decision.kind()) {
            case CREATE -> creations++;
            case CHANGE -> changes++;
            default -> {
                // Nothing to do.
            }
        }
        if (decision.ends()) {
            endings++;
        }
    }

    /** Rows that mean the license of an earlier one, as one of them has its id, and the other one its user. */
    RowProblems doubled() {
        return doubled;
    }

    /** Rows that do not tell whose license they are, as the connector has none with their id. */
    RowProblems nameless() {
        return nameless;
    }

    /** Number of rows whose user has no license. */
    int creations() {
        return creations;
    }

    /** Number of rows that ask for a write. */
    int writes() {
        return creations + changes;
    }

    /** Number of valid licenses that rows end. */
    int endings() {
        return endings;
    }

    /** Number of valid child licenses that rows name. No other child license can end. */
    int children() {
        return children;
    }

    /** The valid licenses among the first ones whose user no row names. */
    IntStream unknown(int limit) {
        return listed.valid(limit, now).filter(number -> !named.get(number));
    }
}
