package io.github.integratorio.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Supplier;

/** Everything that can change, behind one lock: the data, the account, and work that is due later. */
final class World {

    private record Later(Instant due, long order, Runnable work) { }

    final Clock clock;
    final Ids ids;
    final Account account;
    final Store store;
    private final Queue<Later> pending =
            new PriorityQueue<>(Comparator.comparing(Later::due).thenComparing(Later::order));
    private long order;

    World(Clock clock, String token, boolean anyUser) {
        this.clock = clock;
        this.ids = new Ids(clock.instant().getEpochSecond());
        this.account = new Account(ids, token, anyUser);
        this.store = new Store(ids, clock);
    }

    /** Looks or acts, alone, on a world in which all that is due has been done. */
    synchronized <T> T inside(Supplier<T> action) {
        // Due work is done when somebody looks, not by a timer: so it follows whatever clock is set.
        Instant now = clock.instant();
        for (Later next = pending.peek(); next != null && !next.due.isAfter(now); next = pending.peek()) {
            pending.remove();
            next.work.run();
        }
        return action.get();
    }

    synchronized void later(Duration delay, Runnable work) {
        pending.add(new Later(clock.instant().plus(delay), order++, work));
    }
}
