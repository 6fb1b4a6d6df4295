package io.github.integratorio.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.FieldDifference;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.ReconciledLicense;

/** What a reconcile does, or would do. */
final class Changes {

    private static final List<String> COLUMNS = List.of("change", "line", "license", "email", "differences", "error");

    enum Kind {
        CREATE("+", "created"), UPDATE("~", "updated"), EXPIRE("-", "expired"), FAIL("!", "failed");

        private final String sign;
        private final String done;

        Kind(String sign, String done) {
            this.sign = sign;
            this.done = done;
        }
    }

    /**
     * One license.
     *
     * @param line    line in the file; 0 for a license that is not in the file
     * @param license id of the license; null if it has none yet
     */
    record Change(Kind kind, long line, String license, String email, List<FieldDifference> differences,
            String error) {

        static Change of(ReconciledLicense row, long line) {
            return new Change(line == 0 && row.error() == null ? Kind.EXPIRE : kind(row), line, row.licenseId(),
                    row.email(), row.differences(),
                    Messages.ofRow(row.error()));
        }

        private static Kind kind(ReconciledLicense row) {
            if (row.error() != null) {
                return Kind.FAIL;
            }
            return switch (row.outcome()) {
                case WOULD_CREATE, CREATED, RECONCILED -> Kind.CREATE;
                case WOULD_EXPIRE, EXPIRED -> Kind.EXPIRE;
                default -> ends(row) ? Kind.EXPIRE : Kind.UPDATE;
            };
        }

        /** Whether a valid license is given an end in the past. */
        private static boolean ends(ReconciledLicense row) {
            Map<String, Object> before = new LinkedHashMap<>(row.license() == null ? Map.of() : row.license().asMap());
            Map<String, Object> after = new LinkedHashMap<>(before);
            row.differences().forEach(difference -> {
                before.put(difference.field(), difference.oldValue());
                after.put(difference.field(), difference.newValue());
            });
            return !isOver(before) && isOver(after);
        }

        private static boolean isOver(Map<String, Object> license) {
            Instant end = License.of(license).getEndsAt();
            return end != null && !end.isAfter(Instant.now());
        }

        /**
         * What makes a change another one. The time at which a license that is not in the file ends is always another. Whether a change
         * ends the license depends on the clock.
         */
        Object identity() {
            return Arrays.asList(kind == Kind.EXPIRE ? Kind.UPDATE : kind, line, license, email, line > 0 ? differences
                    : differences.stream().map(one -> Arrays.asList(one.field(), one.oldValue())).toList(), error);
        }

        private List<Object> row() {
            return Arrays.asList(kind.name().toLowerCase(), line == 0 ? null : line, license, email,
                    differences.stream().map(Change::map).toList(), error);
        }

        private static Map<String, Object> map(FieldDifference difference) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("field", difference.field());
            map.put("old", difference.oldValue());
            map.put("new", difference.newValue());
            return map;
        }
    }

    private final boolean isPlan;
    private final List<Change> all = new ArrayList<>();
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private long unchanged;

    Changes(boolean isPlan) {
        this.isPlan = isPlan;
    }

    void add(Change change) {
        all.add(change);
        counts.merge(change.kind(), 1L, Long::sum);
    }

    /** In the order of the file. */
    void sort() {
        all.sort(Comparator.comparing(change -> change.line() == 0 ? Long.MAX_VALUE : change.line()));
    }

    void addUnchanged(long number) {
        unchanged += number;
    }

    List<Change> all() {
        return all;
    }

    long unchanged() {
        return unchanged;
    }

    long failed() {
        return counts.getOrDefault(Kind.FAIL, 0L);
    }

    long changed() {
        return all.size() - failed();
    }

    boolean isSameAs(Changes other) {
        return identities().equals(other.identities());
    }

    private Set<Object> identities() {
        return all.stream().map(Change::identity).collect(Collectors.toCollection(HashSet::new));
    }

    /** Prints the changes in the format of the command. */
    void print(Printer printer) {
        if (printer.isTable()) {
            tell(printer);
        } else {
            printer.rows(COLUMNS, all.stream().map(Change::row).toList());
        }
    }

    /** Prints the changes for people. */
    void tell(Printer printer) {
        all.forEach(change -> tell(printer, change));
    }

    static void tell(Printer printer, Change change) {
        String who = printer.email(change.email()) + (change.license() == null ? "" : " (" + change.license() + ")");
        printer.line(change.kind().sign + " " + (change.kind() != Kind.FAIL ? who
                : (change.line() == 0 ? "" : "line " + change.line() + " ") + who + ": " + change.error())
                + (change.kind() == Kind.EXPIRE ? change.line() == 0 ? " ends now" : " ends" : ""));
        // The address is in the line above, masked or not.
        change.differences().stream().filter(difference -> !difference.field().equals("email"))
                .forEach(difference -> printer.line("    " + difference.field() + ": "
                        + (difference.oldValue() == null ? "" : difference.oldValue() + " -> ")
                        + (difference.newValue() == null ? "(removed)" : difference.newValue())));
    }

    /** The numbers. */
    @Override
    public String toString() {
        List<String> numbers = new ArrayList<>();
        counts.forEach((kind, number) -> numbers.add(number + " " + (!isPlan || kind == Kind.FAIL ? kind.done
                : "to " + kind.name().toLowerCase())));
        if (unchanged > 0) {
            numbers.add(numbers.isEmpty() || failed() == 0 ? numbers.size() : numbers.size() - 1,
                    unchanged + " unchanged");
        }
        return numbers.isEmpty() ? "nothing" : String.join(", ", numbers);
    }
}
