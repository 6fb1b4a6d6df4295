package io.github.integratorio.simulator;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** The faults a simulator has in store. One strikes per request: the first added that matches. Thread-safe. */
public final class Faults {

    private static final class Armed {
        private final Fault fault;
        private long toSkip;
        private long left;

        private Armed(Fault fault) {
            this.fault = fault;
            this.toSkip = fault.skipping();
            this.left = fault.times();
        }
    }

    private final List<Armed> armed = new ArrayList<>();
    private long struck;

    Faults() {
    }

    /**
     * Arms a fault, behind those already there.
     *
     * @param  fault what goes wrong; not null
     * @return       this
     */
    public synchronized Faults add(Fault fault) {
        armed.add(new Armed(Objects.requireNonNull(fault, "fault")));
        return this;
    }

    /** Disarms every fault. Effects under way (a late answer, work done later) still take place. */
    public synchronized void clear() {
        armed.clear();
        struck = 0;
    }

    /**
     * How many faults are still armed: 0 once each has struck as often as it was meant to.
     *
     * @return the number, faults without a limit included
     */
    public synchronized int armed() {
        return armed.size();
    }

    /**
     * How often a fault has struck since the start or the last {@link #clear()}.
     *
     * @return the number of requests
     */
    public synchronized long struck() {
        return struck;
    }

    synchronized Effect next(RecordedRequest request) {
        for (Iterator<Armed> all = armed.iterator(); all.hasNext();) {
            Armed next = all.next();
            if (!next.fault.matches(request)) {
                continue;
            }
            if (next.toSkip > 0) {
                next.toSkip--;
                continue;
            }
            if (next.left != FaultBuilder.ALWAYS && --next.left == 0) {
                all.remove();
            }
            struck++;
            return next.fault.effect();
        }
        return Effect.NONE;
    }
}
