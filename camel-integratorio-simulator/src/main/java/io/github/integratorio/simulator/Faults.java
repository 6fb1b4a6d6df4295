package io.github.integratorio.simulator;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** The armed faults of a simulator. A request triggers at most one: the first match in insertion order. Thread-safe. */
public final class Faults {

    private static final class ArmedFault {
        private final Fault fault;
        private long toSkip;
        private long remaining;

        private ArmedFault(Fault fault) {
            this.fault = fault;
            this.toSkip = fault.skipping();
            this.remaining = fault.times();
        }
    }

    private final List<ArmedFault> armed = new ArrayList<>();
    private long triggered;

    Faults() {
    }

    /**
     * Arms a fault, after those that are already armed.
     *
     * @param  fault the fault; not null
     * @return       this
     */
    public synchronized Faults add(Fault fault) {
        armed.add(new ArmedFault(Objects.requireNonNull(fault, "fault")));
        return this;
    }

    /** Disarms all faults. Effects in progress (a delayed response, an operation performed later) still complete. */
    public synchronized void clear() {
        armed.clear();
        triggered = 0;
    }

    /**
     * Returns the number of armed faults. It is 0 once each has been triggered as often as requested.
     *
     * @return the number, including faults without a limit
     */
    public synchronized int armed() {
        return armed.size();
    }

    /**
     * Returns the number of requests that triggered a fault since the start or the last {@link #clear()}.
     *
     * @return the number of requests
     */
    public synchronized long triggered() {
        return triggered;
    }

    /** Returns the effect of the fault that the request triggers, or {@link FaultEffect#NONE}. */
    synchronized FaultEffect next(RecordedRequest request) {
        for (Iterator<ArmedFault> all = armed.iterator(); all.hasNext();) {
            ArmedFault next = all.next();
            if (!next.fault.matches(request)) {
                continue;
            }
            if (next.toSkip > 0) {
                next.toSkip--;
                continue;
            }
            if (next.remaining != FaultBuilder.ALWAYS && --next.remaining == 0) {
                all.remove();
            }
            next.toSkip = next.fault.every() - 1;
            triggered++;
            return next.fault.effect();
        }
        return FaultEffect.NONE;
    }
}
