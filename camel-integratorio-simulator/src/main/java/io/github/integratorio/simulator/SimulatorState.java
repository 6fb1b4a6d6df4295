package io.github.integratorio.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Supplier;

/** All mutable state of a simulator behind one lock: the documents, the account and the scheduled operations. */
final class SimulatorState {

    private record ScheduledOperation(Instant due, long order, Runnable operation) {}

    final Clock clock;
    final IdGenerator ids;
    final Account account;
    final Store store;
    private final Queue<ScheduledOperation> scheduled = new PriorityQueue<>(
            Comparator.comparing(ScheduledOperation::due).thenComparing(ScheduledOperation::order));
    private long order;
    private Duration listLag;

    SimulatorState(SimulatorBuilder options) {
        this.clock = options.clock;
        this.listLag = options.listLag;
        this.ids = new IdGenerator(clock.instant().getEpochSecond());
        this.account = new Account(ids, options.token, options.anyUser);
        this.store = new Store(ids, clock, options.allFields, this::showLicense);
    }

    /** Runs the action under the lock, after all scheduled operations that are due. */
    synchronized <T> T locked(Supplier<T> action) {
        // Due operations run on access instead of on a timer, so that they follow a clock that is set by hand.
        Instant now = clock.instant();
        while (!scheduled.isEmpty() && !scheduled.peek().due.isAfter(now)) {
            scheduled.remove().operation.run();
        }
        return action.get();
    }

    /** Runs the action under the lock, after all scheduled operations that are due. */
    void locked(Runnable action) {
        locked(() -> {
            action.run();
            return null;
        });
    }

    /** Schedules an operation by the simulator's clock. */
    synchronized void schedule(Duration delay, Runnable operation) {
        scheduled.add(new ScheduledOperation(clock.instant().plus(delay), order++, operation));
    }

    /** Sets by how much lists lag behind the writes from now on. */
    synchronized void listLag(Duration lag) {
        listLag = lag;
    }

    private void showLicense(Runnable showing) {
        if (listLag.isZero()) {
            showing.run();
        } else {
            schedule(listLag, showing);
        }
    }
}
