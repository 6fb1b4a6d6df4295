package io.github.integratorio.camel.internal.operation.request;

import java.util.ArrayList;
import java.util.List;

import io.github.integratorio.camel.api.ReconcileRefusedException;
import io.github.integratorio.camel.internal.text.Redaction;

/** Counts rows with one kind of problem, and keeps the first ones as examples. */
public final class RowProblems {

    private static final int MAX_EXAMPLES = 10;

    private final String kind;
    private final List<String> examples = new ArrayList<>();
    private int count;

    public RowProblems(String kind) {
        this.kind = kind;
    }

    /** Rows that mean what an earlier one means. */
    public static RowProblems doubled() {
        return new RowProblems("of a user or license that an earlier row names");
    }

    public void add(int row, int earlier) {
        add(row, "same as " + earlier);
    }

    /** @param reason empty if the kind says it all */
    public void add(int row, String reason) {
        count++;
        if (examples.size() < MAX_EXAMPLES) {
            examples.add(reason.isEmpty() ? "" + row : row + " (" + reason + ")");
        }
    }

    /** @throws ReconcileRefusedException if any of the rows has a problem */
    public static void refuse(int rows, RowProblems... kinds) {
        List<String> problems = new ArrayList<>();
        for (RowProblems one : kinds) {
            if (one.count > 0) {
                problems.add(one.count + " are " + one.kind + ": row" + (one.count == 1 ? " " : "s ")
                        + Redaction.mask(String.join(", ", one.examples))
                        + (one.count > one.examples.size() ? ", …" : ""));
            }
        }
        if (!problems.isEmpty()) {
            throw new ReconcileRefusedException(
                    "body: of " + rows + " rows, " + String.join("; ", problems) + "; nothing was written");
        }
    }
}
