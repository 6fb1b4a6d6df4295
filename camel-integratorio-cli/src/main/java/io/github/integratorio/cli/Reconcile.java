package io.github.integratorio.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import io.github.integratorio.camel.api.ReconciledLicense;
import io.github.integratorio.camel.api.UnknownLicenses;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.cli.Changes.Change;
import io.github.integratorio.cli.Changes.Kind;
import io.github.integratorio.cli.LicenseFile.Row;

/** Plans and applies the rows of a file. */
final class Reconcile {

    private static final Pattern ROW = Pattern.compile("(\\brows? |same as |\\), |(?<=\\d), )(\\d+)");

    private final Account account;
    private final Session session;
    private final ReconcileCommands.Options options;

    Reconcile(Account account, Session session, ReconcileCommands.Options options) {
        this.account = account;
        this.session = session;
        this.options = options;
    }

    Changes plan(List<Row> rows) throws Exception {
        Changes plan = new Changes(true);
        run(rows, true, options.unknown(), plan, plan::add);
        plan.sort();
        return plan;
    }

    /**
     * Writes, and prints what was done.
     *
     * @param plan what was confirmed, and nothing else is begun; null if nothing was to be
     */
    Changes apply(List<Row> rows, Changes plan) throws Exception {
        Changes done = new Changes(false);
        account.cli().underWay = "licenses may or may not have been created and changed; look with 'licenses list',"
                + " or run the command again on this computer, whose file of claims knows the creations";
        try {
            if (plan == null) {
                run(rows, false, options.unknown(), done, change -> add(done, change));
            } else {
                applyPlan(rows, plan, done);
            }
        } finally {
            account.cli().underWay = null;
            if (!account.printer().isTable()) {
                done.print(account.printer());
            }
            account.printer().line("Done: " + done);
        }
        return done;
    }

    private void add(Changes done, Change change) {
        done.add(change);
        if (account.printer().isTable()) {
            Changes.tell(account.printer(), change);
        }
    }

    /** Only the rows of the plan are sent, so that what others change meanwhile is left alone. */
    private void applyPlan(List<Row> rows, Changes plan, Changes done) throws Exception {
        done.addUnchanged(plan.unchanged());
        Map<Object, Change> planned = new HashMap<>();
        plan.all().forEach(change -> planned.put(key(change), change));
        plan.all().stream().filter(change -> change.kind() == Kind.FAIL).forEach(done::add);
        List<Row> changing = rows.stream().filter(row -> planned.containsKey(row.line())
                && planned.get(row.line()).kind() != Kind.FAIL).toList();
        // As in a whole reconcile, licenses that are not in the file end after all others are done.
        List<Row> ending = plan.all().stream().filter(change -> change.line() == 0 && change.kind() != Kind.FAIL)
                .map(Reconcile::row).toList();
        for (List<Row> step : List.of(changing, ending)) {
            if (!step.isEmpty()) {
                run(step, false, UnknownLicenses.KEEP, done, change -> {
                    Change expected = planned.get(key(change));
                    add(done, change);
                    if (change.kind() != Kind.FAIL && !isAsPlanned(change, expected)) {
                        throw new IllegalStateException(
                                "the last license above was changed by somebody else after the plan:"
                                        + " what is not above was not begun, or shows in a new plan");
                    }
                });
            }
        }
    }

    private static Object key(Change change) {
        return change.line() > 0 ? (Object) change.line() : change.license();
    }

    private static boolean isAsPlanned(Change change, Change planned) {
        return planned.kind() == Kind.CREATE ? change.kind() == Kind.CREATE
                : change.identity().equals(planned.identity());
    }

    /** The row that ends a license as the plan says. */
    private static Row row(Change change) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("_id", change.license());
        change.differences().forEach(difference -> fields.put(difference.field(), difference.newValue()));
        return new Row(0, fields);
    }

    private void run(List<Row> rows, boolean dryRun, UnknownLicenses unknown, Changes changes,
            Consumer<Change> each) throws Exception {
        Progress progress = new Progress(account);
        List<Map<String, Object>> documents = new ArrayList<>();
        rows.forEach(row -> documents.add(row.fields()));
        try {
            session.reconcile(account.connector(session), documents, options.endpoint(dryRun, unknown), done -> {
                for (long number = 1; done.hasNext(); number++) {
                    ReconciledLicense row = (ReconciledLicense) done.next();
                    progress.update(number);
                    if (row.outcome() == WriteOutcome.UNCHANGED) {
                        changes.addUnchanged(1);
                        continue;
                    }
                    progress.clear();
                    each.accept(Change.of(row, row.row() == 0 ? 0 : rows.get((int) row.row() - 1).line()));
                }
            });
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(withLines(e.getMessage(), rows), e);
        } finally {
            progress.clear();
        }
    }

    /** Names rows by their lines in the file, which may have empty lines and cells of several lines. */
    private static String withLines(String message, List<Row> rows) {
        return ROW.matcher(message).replaceAll(found -> {
            int row = Integer.parseInt(found.group(2));
            // Any other number stays.
            return row < 1 || row > rows.size() ? found.group()
                    : found.group(1).replaceFirst("^rows?", "line") + rows.get(row - 1).line();
        });
    }
}
