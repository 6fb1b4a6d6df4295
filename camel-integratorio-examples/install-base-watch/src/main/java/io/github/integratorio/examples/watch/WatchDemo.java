package io.github.integratorio.examples.watch;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/** Plays half a minute of installs, updates and uninstalls while a watcher process is killed and restarted. */
final class WatchDemo {

    private static final String[] FIRST_CUSTOMERS = { "acme", "birch", "cedar", "delta", "ember", "fjord" };
    private static final String[] WAVE =
            { "iris", "juniper", "kelp", "lumen", "maple", "nova", "onyx", "pine", "quartz", "river" };
    /** The watcher is killed after it has printed this many changes of the wave. */
    private static final int CHANGES_BEFORE_KILL = 3;

    private final Path directory;
    private final long delay;
    private final PrintStream console;
    private final Set<String> printed = new HashSet<>();
    private int duplicates;

    /**
     * @param directory the watcher's directory; deleted first
     * @param delay     delay between the watcher's polls, in milliseconds; sets the pace of the demo
     * @param console   receives the output
     */
    WatchDemo(Path directory, long delay, PrintStream console) {
        this.directory = directory;
        this.delay = delay;
        this.console = console;
    }

    /** Runs the demo; returns 0 if the table matches the API at the end, else 1. */
    int run() throws Exception {
        delete(directory);
        try (DemoAccount account = new DemoAccount()) {
            print("The connector Shop to Books on an embedded integrator.io (%s) has %d customers.",
                    account.api().baseUrl(), FIRST_CUSTOMERS.length);
            account.install(FIRST_CUSTOMERS);
            try (WatcherProcess watcher = new WatcherProcess(account.api(), directory, delay, console)) {
                print("The watcher starts as process %d with an empty table, so every existing install is new.",
                        watcher.pid());
                playUntilKilled(account, watcher);
                count(watcher);
            }
            print("While no watcher runs, cedar uninstalls, the updates complete, and stone and tidal install. ghost installs and uninstalls:"
                    + "%nno watcher can see that, since the API returns only the current state.");
            account.uninstall("cedar");
            account.finishUpdates("3.0.0");
            account.install("stone", "tidal", "ghost");
            account.uninstall("ghost");
            try (WatcherProcess watcher = new WatcherProcess(account.api(), directory, delay, console)) {
                print("The watcher restarts as process %d with the state on the disk.", watcher.pid());
                playUntilStopped(account, watcher);
                count(watcher);
            }
            return TableComparison.print(console, account.listInstalls(), directory, printed.size(), duplicates);
        }
    }

    private void playUntilKilled(DemoAccount account, WatcherProcess watcher) throws InterruptedException {
        for (String customer : FIRST_CUSTOMERS) {
            awaitPrinted(watcher, customer, "installed 1.0.0");
        }
        print("Customers install and uninstall.");
        account.install("grove");
        awaitPrinted(watcher, "grove", "installed 1.0.0");
        account.uninstall("birch");
        awaitPrinted(watcher, "birch", "uninstalled");
        account.install("harbor");
        awaitPrinted(watcher, "harbor", "installed 1.0.0");
        print("The vendor pushes an update to acme, delta and grove.");
        update(account, watcher, "1.0.0", "2.0.0", "acme", "delta", "grove");
        print("The vendor pushes another update, to ember and fjord. While it is in progress, %d customers install at once ...",
                WAVE.length);
        account.pushUpdate("ember", "fjord");
        awaitPrinted(watcher, "fjord", "update in progress");
        account.install(WAVE);
        watcher.await("the wave", () -> Stream.of(WAVE).filter(customer -> isPrinted(watcher, customer, "installed"))
                .count() >= CHANGES_BEFORE_KILL);
        watcher.kill();
        long seen = Stream.of(WAVE).filter(customer -> isPrinted(watcher, customer, "installed")).count();
        print("... and the watcher is killed: kill -9 %d. It has printed %d of the %d installs.",
                watcher.pid(), seen, WAVE.length);
    }

    private void playUntilStopped(DemoAccount account, WatcherProcess watcher) throws InterruptedException {
        for (String customer : new String[] { "stone", "tidal" }) {
            awaitPrinted(watcher, customer, "installed 3.0.0");
        }
        awaitPrinted(watcher, "ember", "upgraded 1.0.0 -> 3.0.0");
        awaitPrinted(watcher, "cedar", "uninstalled");
        print("More changes.");
        account.uninstall("kelp");
        awaitPrinted(watcher, "kelp", "uninstalled");
        update(account, watcher, "2.0.0", "3.1.0", "acme", "grove");
        account.install("umber");
        awaitPrinted(watcher, "umber", "installed 3.1.0");
        account.uninstall("ember", "nova");
        awaitPrinted(watcher, "nova", "uninstalled");
        // A poll that starts now sees every change; when the one after it starts, all changes have been written.
        long polls = account.countPolls();
        watcher.await("two more polls", () -> account.countPolls() >= polls + 2);
        watcher.stop();
    }

    private static void update(DemoAccount account, WatcherProcess watcher, String from, String to, String... customers)
            throws InterruptedException {
        account.pushUpdate(customers);
        for (String customer : customers) {
            awaitPrinted(watcher, customer, "update in progress, still " + from);
        }
        account.finishUpdates(to);
        for (String customer : customers) {
            awaitPrinted(watcher, customer, "upgraded " + from + " -> " + to);
        }
    }

    private static void awaitPrinted(WatcherProcess watcher, String customer, String what) throws InterruptedException {
        watcher.await(customer + " " + what, () -> isPrinted(watcher, customer, what));
    }

    private static boolean isPrinted(WatcherProcess watcher, String customer, String what) {
        return watcher.lines().stream()
                .anyMatch(line -> line.contains("@" + customer + ".example") && line.contains(what));
    }

    private void count(WatcherProcess watcher) {
        for (String line : watcher.lines()) {
            Matcher change = ChangePrinter.LINE.matcher(line);
            if (change.matches()) {
                printed.add(change.group(1));
                duplicates += change.group(2) == null ? 0 : 1;
            }
        }
    }

    private void print(String text, Object... values) {
        console.printf("%n" + text + "%n", values);
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            List<Path> all;
            try (Stream<Path> walk = Files.walk(directory)) {
                all = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : all) {
                Files.delete(path);
            }
        }
    }
}
