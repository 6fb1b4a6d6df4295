package io.github.integratorio.cli;

import java.io.IOException;
import java.nio.file.Path;

import picocli.CommandLine.Option;

/** Where commands that create licenses keep their claims. */
final class ClaimsOption {

    @Option(names = "--claims", paramLabel = "FILE",
            description = "File in which creations are noted before they are sent, so that the next command does not repeat"
                    + " one that was interrupted or that lists do not show yet. All who create licenses should use the"
                    + " same one. Default: integratorio/claims in XDG_STATE_HOME or ~/.local/state.")
    private Path file;

    /** Lets the creations of the session be claimed. A simulated account has no past. */
    void claim(Account account, Session session) {
        if (account.isSimulated()) {
            return;
        }
        Path path = file == null ? defaultFile(account) : file;
        try {
            session.claimBy(Claims.open(path,
                    () -> account.say("Waiting for another command that creates licenses.")));
        } catch (IOException e) {
            throw new IllegalStateException("nothing was written, because the file of claims cannot be used: " + path
                    + " (" + e.getClass().getSimpleName() + "); name another one with --claims", e);
        }
    }

    private static Path defaultFile(Account account) {
        String state = account.cli().environment.get("XDG_STATE_HOME");
        return (state == null || state.isBlank() ? Path.of(System.getProperty("user.home"), ".local", "state")
                : Path.of(state)).resolve("integratorio").resolve("claims");
    }
}
