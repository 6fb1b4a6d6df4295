package io.github.integratorio.camel.internal.operation;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.ReconcileRefusedException;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.json.Redaction;

/** The licenses of a connector as they should be, and whom they belong to. It is read as a whole before anything is sent. */
public final class DesiredLicenses {

    private static final int MAX_EXAMPLES = 10;

    private final CompressedRows rows = new CompressedRows();
    /** Row numbers of users and of ids. */
    private final HashIndex named = new HashIndex();

    private DesiredLicenses() {
    }

    /**
     * One row.
     *
     * @param number    from 1
     * @param document  its fields
     * @param reference the license that it names
     */
    record Row(int number, Map<String, Object> document, LicenseReference reference) {

        /** The user; null if the row does not name one, or is about a child license. */
        LicenseUser user() {
            return userOf(reference);
        }
    }

    private static LicenseUser userOf(LicenseReference reference) {
        return reference.isChild() || reference.email() == null ? null
                : LicenseUser.of(reference.email(), reference.sandbox());
    }

    /**
     * Reads all rows.
     *
     * @param  source                    plain JSON objects
     * @param  connectorId               the connector that the licenses belong to
     * @throws ReconcileRefusedException if a row does not tell whose license it is or names another connector, or two rows are of one user
     */
    public static DesiredLicenses read(Iterator<Map<String, Object>> source, String connectorId) {
        DesiredLicenses all = new DesiredLicenses();
        Problems unnamed = new Problems("without a user: each needs a valid email, or _id, and sandbox true or false");
        Problems foreign = new Problems("of another connector, by their field _connectorId");
        Problems doubled = new Problems("of a user or license that an earlier row names");
        while (source.hasNext()) {
            Map<String, Object> document = fields(source.next());
            int number = all.rows.size() + 1;
            all.rows.add(document);
            Object connector = document.get("_connectorId");
            if (connector != null && !connector.equals(connectorId)) {
                foreign.add("" + number);
            }
            try {
                all.name(LicenseReference.of(document), number, doubled);
            } catch (IllegalArgumentException e) {
                unnamed.add(number + " (" + e.getMessage() + ")");
            }
        }
        all.rows.close();
        List<String> problems = new ArrayList<>();
        List.of(unnamed, foreign, doubled).forEach(kind -> kind.describe(problems));
        if (!problems.isEmpty()) {
            throw new ReconcileRefusedException(
                    "body: of " + all.size() + " rows, " + String.join("; ", problems) + "; nothing was written");
        }
        return all;
    }

    private void name(LicenseReference reference, int number, Problems doubled) {
        LicenseUser user = userOf(reference);
        if (reference.id() == null && reference.email() == null) {
            throw new IllegalArgumentException("neither email nor _id");
        }
        int sameId = reference.id() == null ? -1 : named.putIfAbsent("id " + reference.id(), number);
        // A user may have several licenses, if each row says by its id which one it is.
        int sameUser =
                user == null ? -1 : named.putIfAbsent("user " + user.key(""), reference.id() == null ? number : 0);
        int earlier = sameId > 0 ? sameId : sameUser;
        if (sameId > 0 || sameUser > 0 || sameUser == 0 && reference.id() == null) {
            doubled.add(earlier == 0 ? "" + number : number + " (same as " + earlier + ")");
        }
    }

    /**
     * The fields of a row as it comes from JSON, CSV or a database: a column {@code opts.connectorEdition} is a field within an object, and
     * one without a value says nothing.
     */
    private static Map<String, Object> fields(Map<String, Object> row) {
        Map<String, Object> document = new LinkedHashMap<>();
        row.forEach((column, value) -> {
            String name = column.startsWith("\uFEFF") ? column.substring(1) : column;
            if ("".equals(value)) {
                return;
            }
            Map<String, Object> target = document;
            for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.')) {
                target = JsonValues.object((Map<?, ?>) target.compute(name.substring(0, dot),
                        (key, old) -> old instanceof Map<?, ?> ? old : new LinkedHashMap<String, Object>()));
                name = name.substring(dot + 1);
            }
            target.put(name, value);
        });
        return document;
    }

    int size() {
        return rows.size();
    }

    /** Whether a row names this user. */
    boolean names(LicenseUser user) {
        return named.get("user " + user.key("")) >= 0;
    }

    /** All rows in their order. */
    Iterator<Row> iterator() {
        Iterator<Map<String, Object>> all = rows.iterator();
        return new Iterator<>() {
            private int number;

            @Override
            public boolean hasNext() {
                return all.hasNext();
            }

            @Override
            public Row next() {
                Map<String, Object> document = all.next();
                return new Row(++number, document, LicenseReference.of(document));
            }
        };
    }

    /** Counts rows with one kind of problem, and keeps the first ones as examples. */
    private static final class Problems {
        private final String kind;
        private final List<String> examples = new ArrayList<>();
        private int count;

        Problems(String kind) {
            this.kind = kind;
        }

        void add(String row) {
            count++;
            if (examples.size() < MAX_EXAMPLES) {
                examples.add(row);
            }
        }

        void describe(List<String> problems) {
            if (count > 0) {
                problems.add(count + " are " + kind + ": row" + (count == 1 ? " " : "s ")
                        + Redaction.mask(String.join(", ", examples)) + (count > examples.size() ? ", …" : ""));
            }
        }
    }
}
