package io.github.integratorio.simulator;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Configures and starts a simulator. Created by {@link IntegratorioSimulator#builder()}. */
public final class SimulatorBuilder {

    String host = "127.0.0.1";
    int port;
    String token = "simulator-token";
    Clock clock = Clock.systemUTC();
    int pageSize;
    boolean offsetPaging;
    boolean newestFirst;
    Duration listLag = Duration.ZERO;
    boolean laggingGets;
    Duration updateDuration;
    boolean allFields;
    boolean omitEmptyFields;
    boolean emptyListAsNoContent;
    int burst = 1000;
    int perSecond = 300;
    boolean anyUser;
    boolean recordRequests = true;
    final Map<String, String> users = new LinkedHashMap<>();

    SimulatorBuilder() {
    }

    /**
     * Sets the address to listen on: {@code 0.0.0.0} in a container, so that it can be reached from outside. The default is 127.0.0.1.
     *
     * @param  address a name or address of this machine; not null
     * @return         this
     */
    public SimulatorBuilder host(String address) {
        host = Objects.requireNonNull(address, "host");
        return this;
    }

    /**
     * Sets the port to listen on.
     *
     * @param  number 0 (the default) for any free port
     * @return        this
     * @throws IllegalArgumentException if it is not between 0 and 65535
     */
    public SimulatorBuilder port(int number) {
        if (number < 0 || number > 65535) {
            throw new IllegalArgumentException("port: expected 0 to 65535, got " + number);
        }
        port = number;
        return this;
    }

    /**
     * Sets the access token that clients must send. The default is {@code simulator-token}.
     *
     * @param  value not null
     * @return       this
     */
    public SimulatorBuilder token(String value) {
        token = Objects.requireNonNull(value, "token");
        return this;
    }

    /**
     * Sets the clock for dates, the {@code Date} header, the rate limit, lagging lists and operations performed
     * later. The default is the system clock.
     *
     * @param  source any clock, e.g. a {@link SimulatorClock}, or a {@link Clock#offset} that is ahead of or
     *                behind the client's; not null
     * @return        this
     */
    public SimulatorBuilder clock(Clock source) {
        clock = Objects.requireNonNull(source, "clock");
        return this;
    }

    /**
     * Sets the maximum number of rows in a list response; a {@code Link} header points to the next page.
     * A request may ask for fewer rows with the query parameter {@code limit}.
     *
     * @param  rows 0 (the default) for no maximum
     * @return      this
     * @throws IllegalArgumentException if it is negative
     */
    public SimulatorBuilder pageSize(int rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("pageSize: expected 0 or more, got " + rows);
        }
        pageSize = rows;
        return this;
    }

    /**
     * Sets what the link to the next page is made of: the number of rows to skip, or a cursor. With the
     * number of rows, a row that is deleted from an earlier page hides a row of the next page, and one that
     * is created on an earlier page (with {@link #newestFirst(boolean)}) repeats one. With a cursor,
     * neither happens.
     *
     * @param  enabled true for {@code skip=…&limit=…}; false (the default) for a cursor
     * @return         this
     */
    public SimulatorBuilder offsetPaging(boolean enabled) {
        offsetPaging = enabled;
        return this;
    }

    /**
     * Sets the order of lists.
     *
     * @param  enabled true to list the rows that were created last first; false (the default) for creation order
     * @return         this
     */
    public SimulatorBuilder newestFirst(boolean enabled) {
        newestFirst = enabled;
        return this;
    }

    /**
     * Sets how long after its creation, change or deletion over HTTP a license shows in lists. GET of a
     * license sees a write at once, unless {@link #laggingGets(boolean)} is set. What the methods of
     * {@link IntegratorioSimulator} do shows at once.
     *
     * @param  lag the duration by the simulator's clock; 0 is the default; not null
     * @return     this
     * @throws IllegalArgumentException if it is negative
     */
    public SimulatorBuilder listLag(Duration lag) {
        listLag = validLag(lag);
        return this;
    }

    /**
     * Sets how long a pushed update takes: {@code updateInProgress} is true for this time, and then the install
     * has the version that {@link IntegratorioSimulator#release(String, Object)} published last. By default an
     * update goes on until {@link IntegratorioSimulator#finishUpdates(String, Object)}.
     *
     * @param  duration by the simulator's clock; 0 for an update that is done at once; not null
     * @return          this
     * @throws IllegalArgumentException if it is negative
     */
    public SimulatorBuilder updateDuration(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("updateDuration: expected a duration of 0 or more, got " + duration);
        }
        updateDuration = duration;
        return this;
    }

    /**
     * Makes GET of a license lag as lists do.
     *
     * @param  enabled the default is false
     * @return         this
     * @see            #listLag(Duration)
     */
    public SimulatorBuilder laggingGets(boolean enabled) {
        laggingGets = enabled;
        return this;
    }

    /**
     * Adds the fields that the API was seen to send, but does not document: {@code _connectorId},
     * {@code lastModified}, {@code type}, {@code sandbox} and {@code resumable} of every license, and
     * {@code _userId} of the installs that {@link IntegratorioSimulator#install} adds.
     *
     * @param  enabled the default is false
     * @return         this
     */
    public SimulatorBuilder allFields(boolean enabled) {
        allFields = enabled;
        return this;
    }

    /**
     * Leaves every field out of the answers that is false, null, or an empty text, array or object, at any
     * depth: {@code sandbox}, or {@code opts} with nothing but an empty {@code addonLicenses}.
     *
     * @param  enabled the default is false
     * @return         this
     */
    public SimulatorBuilder omitEmptyFields(boolean enabled) {
        omitEmptyFields = enabled;
        return this;
    }

    /**
     * Sets the response for an empty list: 204 without a body, or 200 with {@code []}.
     *
     * @param  noContent true for 204; the default is false
     * @return           this
     */
    public SimulatorBuilder emptyListAsNoContent(boolean noContent) {
        emptyListAsNoContent = noContent;
        return this;
    }

    /**
     * Sets the rate limit. The default is a burst of 1000 and 300 requests per second.
     *
     * @param  burst             the number of requests allowed back to back after an idle period, 1 or more
     * @param  requestsPerSecond the sustained rate, 1 or more
     * @return                   this
     * @throws IllegalArgumentException if either is less than 1
     */
    public SimulatorBuilder rateLimit(int burst, int requestsPerSecond) {
        if (burst < 1 || requestsPerSecond < 1) {
            throw new IllegalArgumentException(
                    "rateLimit: expected 1 or more, got " + burst + " and " + requestsPerSecond);
        }
        this.burst = burst;
        perSecond = requestsPerSecond;
        return this;
    }

    /**
     * Disables the rate limit: only a fault can cause a 429.
     *
     * @return this
     */
    public SimulatorBuilder noRateLimit() {
        burst = 0;
        return this;
    }

    /**
     * Adds an integrator.io user. Once a user has been added, a license for any other e-mail is rejected
     * with {@code invalid_user}, unless {@link #anyUser()} is set.
     *
     * @param  email case-insensitive; not null
     * @param  name  not null
     * @return       this
     */
    public SimulatorBuilder user(String email, String name) {
        users.put(Objects.requireNonNull(email, "email"), Objects.requireNonNull(name, "name"));
        return this;
    }

    /**
     * Accepts every e-mail as that of a user, even if users have been added.
     *
     * @return this
     */
    public SimulatorBuilder anyUser() {
        anyUser = true;
        return this;
    }

    /**
     * Enables or disables recording requests for {@link IntegratorioSimulator#requests()}. The number of
     * recorded requests is not limited: disable recording in load tests.
     *
     * @param  enabled the default is true
     * @return         this
     */
    public SimulatorBuilder recordRequests(boolean enabled) {
        recordRequests = enabled;
        return this;
    }

    /**
     * Starts a simulator.
     *
     * @return a simulator that is listening
     * @throws IllegalStateException if it cannot listen on the port
     */
    public IntegratorioSimulator start() {
        return new IntegratorioSimulator(this);
    }

    static Duration validLag(Duration lag) {
        if (lag.isNegative()) {
            throw new IllegalArgumentException("listLag: expected a duration of 0 or more, got " + lag);
        }
        return lag;
    }
}
