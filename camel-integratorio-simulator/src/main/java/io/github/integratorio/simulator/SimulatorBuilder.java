package io.github.integratorio.simulator;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** How a simulator shall be. Begun by {@link IntegratorioSimulator#builder()}. */
public final class SimulatorBuilder {

    int port;
    String token = "simulator-token";
    Clock clock = Clock.systemUTC();
    int pageSize;
    boolean emptyListAsNoContent;
    int rateDepth = 1000;
    int ratePerSecond = 300;
    boolean anyUser;
    boolean recordRequests = true;
    final Map<String, String> users = new LinkedHashMap<>();

    SimulatorBuilder() {
    }

    /**
     * The port to listen on, at 127.0.0.1.
     *
     * @param  number 0 (the default) for any free one
     * @return        this
     * @throws IllegalArgumentException if it is not between 0 and 65535
     */
    public SimulatorBuilder port(int number) {
        if (number < 0 || number > 65535) {
            throw new IllegalArgumentException("Not a port: " + number);
        }
        port = number;
        return this;
    }

    /**
     * The access token clients must send; {@code simulator-token} if nothing is said.
     *
     * @param  value not null
     * @return       this
     */
    public SimulatorBuilder token(String value) {
        token = Objects.requireNonNull(value, "token");
        return this;
    }

    /**
     * The clock for dates, the rate limit and work done later; the system's if nothing is said.
     *
     * @param  source any clock, e.g. a {@link SimulatorClock}; not null
     * @return        this
     */
    public SimulatorBuilder clock(Clock source) {
        clock = Objects.requireNonNull(source, "clock");
        return this;
    }

    /**
     * How many rows a list answers at once, with a {@code Link} to the next ones.
     *
     * @param  rows 1 or more; 0 (the default) for no paging
     * @return      this
     * @throws IllegalArgumentException if it is negative
     */
    public SimulatorBuilder pageSize(int rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("pageSize: " + rows);
        }
        pageSize = rows;
        return this;
    }

    /**
     * Whether an empty list is answered 204 without a body instead of 200 with {@code []}.
     *
     * @param  noContent false is the default
     * @return           this
     */
    public SimulatorBuilder emptyListAsNoContent(boolean noContent) {
        emptyListAsNoContent = noContent;
        return this;
    }

    /**
     * The rate limit: 1000 deep and 300 a second if nothing is said.
     *
     * @param  depth     how many requests may come at once; 1 or more
     * @param  perSecond how many more each second; 1 or more
     * @return           this
     * @throws IllegalArgumentException if either is less than 1
     */
    public SimulatorBuilder rateLimit(int depth, int perSecond) {
        if (depth < 1 || perSecond < 1) {
            throw new IllegalArgumentException("rateLimit: " + depth + ", " + perSecond);
        }
        rateDepth = depth;
        ratePerSecond = perSecond;
        return this;
    }

    /**
     * Never answers 429 by itself.
     *
     * @return this
     */
    public SimulatorBuilder noRateLimit() {
        rateDepth = 0;
        return this;
    }

    /**
     * Names an integrator.io user. Once one is named, a license for any other e-mail is refused with
     * {@code invalid_user}, unless {@link #anyUser()} is set.
     *
     * @param  email compared in any case; not null
     * @param  name  not null
     * @return       this
     */
    public SimulatorBuilder user(String email, String name) {
        users.put(Objects.requireNonNull(email, "email"), Objects.requireNonNull(name, "name"));
        return this;
    }

    /**
     * Takes every e-mail for a user's, even where users are named.
     *
     * @return this
     */
    public SimulatorBuilder anyUser() {
        anyUser = true;
        return this;
    }

    /**
     * Whether requests are kept for {@link IntegratorioSimulator#requests()}. They are kept without
     * bound: switch it off for load.
     *
     * @param  keep true is the default
     * @return      this
     */
    public SimulatorBuilder recordRequests(boolean keep) {
        recordRequests = keep;
        return this;
    }

    /**
     * Starts it.
     *
     * @return a simulator that listens
     * @throws IllegalStateException if it cannot listen on the port
     */
    public IntegratorioSimulator start() {
        return new IntegratorioSimulator(this);
    }
}
