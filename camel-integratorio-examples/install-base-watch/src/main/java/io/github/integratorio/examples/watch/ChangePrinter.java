package io.github.integratorio.examples.watch;

import java.io.PrintStream;
import java.time.LocalTime;
import java.util.List;
import java.util.regex.Pattern;

import io.github.integratorio.camel.IntegratorioConstants;
import io.github.integratorio.camel.changes.ChangeType;
import io.github.integratorio.camel.model.Installation;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.component.sql.SqlConstants;

/** Tells of each change in one line. */
public final class ChangePrinter {

    /** A line: the change, and whether the table knew it already. */
    static final Pattern LINE = Pattern.compile("  [0-9:]{8}  (.*?)(   \\(again: the table knew\\))?");

    private final PrintStream console;

    ChangePrinter(PrintStream console) {
        this.console = console;
    }

    /** Writes the line of a change, once it is in the table. */
    public void tell(@Header(IntegratorioConstants.CHANGE_TYPE) ChangeType type,
            @Header(IntegratorioConstants.CHANGED_FIELDS) List<String> fields,
            @Header(IntegratorioConstants.PREVIOUS) Installation before,
            @Body Installation install,
            @Header(SqlConstants.SQL_UPDATE_COUNT) int rows) {
        console.printf("  %tT  %s %-22s %s%s%n", LocalTime.now(), sign(type), Install.customer(install.getIntegrationId(), install.getEmail()),
                text(type, fields, before, install), rows == 0 ? "   (again: the table knew)" : "");
    }

    private static char sign(ChangeType type) {
        return switch (type) {
            case ADDED -> '+';
            case UPDATED -> '~';
            case REMOVED -> '-';
        };
    }

    private static String text(ChangeType type, List<String> fields, Installation before, Installation install) {
        return switch (type) {
            case ADDED -> "installed " + install.getVersion();
            case REMOVED -> "left, had " + install.getVersion();
            case UPDATED -> fields.contains("version") ? "upgraded " + before.getVersion() + " -> " + install.getVersion()
                    : Boolean.TRUE.equals(install.getUpdateInProgress()) ? "is being updated, still " + install.getVersion()
                    : "changed: " + String.join(", ", fields);
        };
    }
}
