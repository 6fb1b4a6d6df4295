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

/** Half a minute in the life of a connector, watched by a process that is killed in the middle of it. */
final class WatchDemo {

    private static final String[] BEGINNING = { "acme", "birch", "cedar", "delta", "ember", "fjord" };
    private static final String[] WAVE = { "iris", "juniper", "kelp", "lumen", "maple", "nova", "onyx", "pine", "quartz", "river" };
    /** How many of the wave the watcher may tell of before it is killed. */
    private static final int TOLD = 3;

    private final Path directory;
    private final long delay;
    private final PrintStream console;
    private final Set<String> told = new HashSet<>();
    private int again;

    /**
     * @param directory of the watcher; what is in it from an earlier demo is deleted
     * @param delay     how many milliseconds the watcher waits from poll to poll: the pace of it all
     * @param console   gets all that is said
     */
    WatchDemo(Path directory, long delay, PrintStream console) {
        this.directory = directory;
        this.delay = delay;
        this.console = console;
    }

    /** Plays it; 0 only when the table is what the API says in the end. */
    int run() throws Exception {
        delete(directory);
        try (DemoAccount world = new DemoAccount()) {
            say("Shop to Books, a connector at an embedded integrator.io (%s), has %d customers.", world.api().baseUrl(), BEGINNING.length);
            world.install(BEGINNING);
            try (WatcherProcess watcher = new WatcherProcess(world.api(), directory, delay, console)) {
                say("The watcher starts, as process %d. Its table is empty: whoever is there is new to it.", watcher.pid());
                untilKilled(world, watcher);
                count(watcher);
            }
            say("Nobody watches now: cedar leaves, the updates end, stone and tidal install; and ghost installs and leaves again,"
                    + "%nwhich nobody will ever learn: the API only says what is, not what was between two polls.");
            world.leave("cedar");
            world.finishUpdates("3.0.0");
            world.install("stone", "tidal", "ghost");
            world.leave("ghost");
            try (WatcherProcess watcher = new WatcherProcess(world.api(), directory, delay, console)) {
                say("The watcher starts again, as process %d, with what the killed one left on the disk.", watcher.pid());
                untilStopped(world, watcher);
                count(watcher);
            }
            return TableComparison.print(console, world.installBase(), directory, told.size(), again);
        }
    }

    private void untilKilled(DemoAccount world, WatcherProcess watcher) throws InterruptedException {
        for (String customer : BEGINNING) {
            told(watcher, customer, "installed 1.0.0");
        }
        say("Customers come and go.");
        world.install("grove");
        told(watcher, "grove", "installed 1.0.0");
        world.leave("birch");
        told(watcher, "birch", "left");
        world.install("harbor");
        told(watcher, "harbor", "installed 1.0.0");
        say("The vendor pushes an update to acme, delta and grove.");
        update(world, watcher, "1.0.0", "2.0.0", "acme", "delta", "grove");
        say("Another one, to ember and fjord; it is still going on when %d customers install at once ...", WAVE.length);
        world.pushUpdate("ember", "fjord");
        told(watcher, "fjord", "is being updated");
        world.install(WAVE);
        watcher.await("the wave", () -> Stream.of(WAVE).filter(customer -> isTold(watcher, customer, "installed")).count() >= TOLD);
        watcher.kill();
        long seen = Stream.of(WAVE).filter(customer -> isTold(watcher, customer, "installed")).count();
        say("... and in the middle of that, kill -9 %d. It has told of %d of the %d.",
                watcher.pid(), seen, WAVE.length);
    }

    private void untilStopped(DemoAccount world, WatcherProcess watcher) throws InterruptedException {
        for (String customer : new String[] { "stone", "tidal" }) {
            told(watcher, customer, "installed 3.0.0");
        }
        told(watcher, "ember", "upgraded 1.0.0 -> 3.0.0");
        told(watcher, "cedar", "left");
        say("Life goes on.");
        world.leave("kelp");
        told(watcher, "kelp", "left");
        update(world, watcher, "2.0.0", "3.1.0", "acme", "grove");
        world.install("umber");
        told(watcher, "umber", "installed 3.1.0");
        world.leave("ember", "nova");
        told(watcher, "nova", "left");
        // A poll that begins from now on sees all there is to be seen; when the next one begins, it has been told and written.
        long polls = world.polls();
        watcher.await("two more polls", () -> world.polls() >= polls + 2);
        watcher.stop();
    }

    private static void update(DemoAccount world, WatcherProcess watcher, String from, String to, String... customers) throws InterruptedException {
        world.pushUpdate(customers);
        for (String customer : customers) {
            told(watcher, customer, "is being updated, still " + from);
        }
        world.finishUpdates(to);
        for (String customer : customers) {
            told(watcher, customer, "upgraded " + from + " -> " + to);
        }
    }

    private static void told(WatcherProcess watcher, String customer, String what) throws InterruptedException {
        watcher.await(customer + " " + what, () -> isTold(watcher, customer, what));
    }

    private static boolean isTold(WatcherProcess watcher, String customer, String what) {
        return watcher.lines().stream().anyMatch(line -> line.contains("@" + customer + ".example") && line.contains(what));
    }

    private void count(WatcherProcess watcher) {
        for (String line : watcher.lines()) {
            Matcher change = ChangePrinter.LINE.matcher(line);
            if (change.matches()) {
                told.add(change.group(1));
                again += change.group(2) == null ? 0 : 1;
            }
        }
    }

    private void say(String text, Object... values) {
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
