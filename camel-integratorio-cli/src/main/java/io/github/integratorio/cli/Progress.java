package io.github.integratorio.cli;

/** The number of rows that are done, on the error output if that is a terminal. */
final class Progress {

    private static final int STEP = 100;

    private final Account account;
    private long shown;

    Progress(Account account) {
        this.account = account;
    }

    void update(long rows) {
        if (account.cli().isTerminal && rows % STEP == 0) {
            shown = rows;
            account.overwrite("  " + rows + " licenses compared");
        }
    }

    /** Removes the line. */
    void clear() {
        if (shown > 0) {
            account.overwrite("");
            shown = 0;
        }
    }
}
