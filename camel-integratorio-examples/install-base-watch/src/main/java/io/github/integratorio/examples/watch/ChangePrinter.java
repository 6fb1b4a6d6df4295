package io.github.integratorio.examples.watch;

import java.io.PrintStream;
import java.time.LocalTime;
import java.util.List;
import java.util.regex.Pattern;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.Installation;
import io.github.integratorio.camel.api.IntegratorioConstants;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.component.sql.SqlConstants;

/** Prints each change as one line. */
public final class ChangePrinter {

    /** A printed line: the change, and whether it is a duplicate. */
    static final Pattern LINE = Pattern.compile("  [0-9:]{8}  (.*?)(   \\(duplicate: already in the table\\))?");

    private final PrintStream console;

    ChangePrinter(PrintStream console) {
        this.console = console;
    }

    /** Prints a change after it has been written to the table. */
    public void print(@Header(IntegratorioConstants.CHANGE_TYPE) ChangeType type,
            @Header(IntegratorioConstants.CHANGED_FIELDS) List<String> fields,
            @Header(IntegratorioConstants.PREVIOUS) Installation before,
            @Body Installation install,
            @Header(SqlConstants.SQL_UPDATE_COUNT) int rows) {
        // In one piece: printf writes part by part, and the process may be killed in between.
        console.print("  %tT  %s %-22s %s%s%n".formatted(LocalTime.now(), sign(type),
                InstallRow.maskedCustomer(install.getIntegrationId(), install.getEmail()),
                text(type, fields, before, install), rows == 0 ? "   (duplicate: already in the table)" : ""));
    }

    private static char sign(ChangeType type) {
        return switch (type) {
            case ADDED -> '+';
            case REMOVED -> '-';
            default -> '~';
        };
    }

    private static String text(ChangeType type, List<String> fields, Installation before, Installation install) {
        return switch (type) {
            case ADDED -> "installed " + install.getVersion();
            case REMOVED -> "uninstalled " + install.getVersion();
            default ->
                fields.contains("version") ? "upgraded " + before.getVersion() + " -> " + install.getVersion()
                        : Boolean.TRUE.equals(install.getUpdateInProgress())
                                ? "update in progress, still " + install.getVersion()
                                : "changed: " + String.join(", ", fields);
        };
    }
}
