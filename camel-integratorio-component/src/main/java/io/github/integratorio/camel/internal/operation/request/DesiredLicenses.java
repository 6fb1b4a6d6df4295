package io.github.integratorio.camel.internal.operation.request;

import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.ReconcileRefusedException;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.license.HashIndex;
import io.github.integratorio.camel.internal.license.LicenseReference;
import io.github.integratorio.camel.internal.license.LicenseUser;
import io.github.integratorio.camel.internal.text.Blanks;
import io.github.integratorio.camel.internal.text.Redaction;

/** The licenses of a connector as they should be, and whom they belong to. It is read as a whole before anything is sent. */
public final class DesiredLicenses {

    private final CompressedRows rows = new CompressedRows();
    /** Row numbers of users and of ids. */
    private final HashIndex named = new HashIndex();
    /** The rows that have an id. */
    private final BitSet identified = new BitSet();

    private DesiredLicenses() {
    }

    /**
     * One row.
     *
     * @param number    from 1
     * @param document  its fields
     * @param reference the license that it names
     */
    public record Row(int number, Map<String, Object> document, LicenseReference reference) {

        /** The user whom the row names; null if it names none. */
        public LicenseUser user() {
            return userOf(reference);
        }
    }

    private static LicenseUser userOf(LicenseReference reference) {
        return reference.email() == null ? null : LicenseUser.of(reference.email(), reference.sandbox());
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
        RowProblems unnamed =
                new RowProblems("without a user: each needs a valid email, or _id, and sandbox true or false");
        RowProblems foreign = new RowProblems("of another connector, by their field _connectorId");
        RowProblems doubled = RowProblems.doubled();
        while (source.hasNext()) {
            int number = all.rows.size() + 1;
            Map<String, Object> row = source.next();
            Map<String, Object> document;
            try {
                document = fields(row);
                all.rows.add(document);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("row " + number + ": " + e.getMessage(), e);
            }
            Object connector = document.get("_connectorId");
            if (connector != null && !connector.equals(connectorId)) {
                foreign.add(number, "");
            }
            try {
                all.name(LicenseReference.of(document), number, doubled);
            } catch (IllegalArgumentException e) {
                unnamed.add(number, e.getMessage());
            }
        }
        all.rows.close();
        RowProblems.refuse(all.size(), unnamed, foreign, doubled);
        return all;
    }

    private void name(LicenseReference reference, int number, RowProblems doubled) {
        if (reference.id() == null && reference.email() == null) {
            throw new IllegalArgumentException("neither email nor _id");
        }
        int sameId = reference.id() == null ? -1 : named.putIfAbsent("id " + reference.id(), number);
        identified.set(number, reference.id() != null);
        int sameUser = reference.isChild() || reference.email() == null ? -1
                : named.putIfAbsent("user " + userOf(reference).key(""), number);
        if (sameId > 0) {
            doubled.add(number, sameId);
        } else if (sameUser > 0 && !(identified.get(number) && identified.get(sameUser))) {
            // A user may have several licenses, if each row says by its id which one it is.
            doubled.add(number, sameUser);
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
            requireParts(name);
            Map<String, Object> target = document;
            for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.')) {
                Object inner =
                        target.computeIfAbsent(name.substring(0, dot), key -> new LinkedHashMap<String, Object>());
                if (!(inner instanceof Map<?, ?> object)) {
                    throw contradiction(column);
                }
                target = JsonValues.object(object);
                name = name.substring(dot + 1);
            }
            if (target.put(name, value) != null) {
                throw contradiction(column);
            }
        });
        return document;
    }

    /** Refuses a column whose name, or a part of it between dots, is empty or has blanks around it: it would be another field. */
    private static void requireParts(String name) {
        if (Stream.of(name.split("\\.", -1)).anyMatch(part -> part.isEmpty() || !part.equals(Blanks.strip(part)))) {
            throw new IllegalArgumentException("the column '" + Redaction.line(name, 100)
                    + "' has an empty part, or blanks around one; expected a name such as opts.connectorEdition");
        }
    }

    private static IllegalArgumentException contradiction(String column) {
        return new IllegalArgumentException("the column " + Redaction.line(column, 100)
                + " and another one give the same field two values");
    }

    public int size() {
        return rows.size();
    }

    /** All rows in their order. */
    public Iterator<Row> iterator() {
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
}
