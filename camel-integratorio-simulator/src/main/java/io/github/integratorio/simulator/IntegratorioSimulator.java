package io.github.integratorio.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * A stateful simulator of the integrator.io connectors-and-licenses API. It listens on 127.0.0.1 by default, keeps
 * its data in memory, and simulates faults on request. Data is created over HTTP or by the {@code add…}
 * methods. Further methods do what customers do (install, uninstall) and what the service does
 * ({@link #finishUpdates}). Methods that return data return copies. Thread-safe.
 *
 * <p>The vendor does not document the following; the simulator assumes it: deleting a connector deletes
 * its licenses and install base; deleting a license deletes its install; an expired license deletes
 * nothing.
 *
 * <p>Every method that takes a connector, license or integration id throws an
 * {@link IllegalArgumentException} if it does not exist.
 */
public final class IntegratorioSimulator implements AutoCloseable {

    private final SimulatorState state;
    private final Faults faults = new Faults();
    private final RequestLog log;
    private final Server server;
    private final int port;

    IntegratorioSimulator(SimulatorBuilder builder) {
        state = new SimulatorState(builder);
        builder.users.forEach(state.account::addUser);
        log = new RequestLog(builder.recordRequests);
        TokenBucket rateLimit = builder.burst == 0 ? null
                : new TokenBucket(builder.burst, builder.perSecond, builder.clock.instant());
        ApiDispatcher api = new ApiDispatcher(state, rateLimit, builder);
        server = new HttpFrontend(state, api, faults, log).createServer(builder.host, builder.port);
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IllegalStateException("Cannot listen on " + builder.host + ":" + builder.port
                    + ": is another simulator running? Choose another port, as a program with --port; 0 takes any free one",
                    e);
        }
        port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    /**
     * Creates a builder for a customized simulator.
     *
     * @return the builder, with the defaults of {@link #start()}
     */
    public static SimulatorBuilder builder() {
        return new SimulatorBuilder();
    }

    /**
     * Starts a simulator on a free port with the token {@code simulator-token}, without paging, with the
     * documented rate limit, and with every e-mail accepted as that of a user.
     *
     * @return a simulator that is listening
     */
    public static IntegratorioSimulator start() {
        return builder().start();
    }

    /**
     * Returns the base URL for clients.
     *
     * @return {@code http://127.0.0.1:port/v1}
     */
    public String baseUrl() {
        return "http://127.0.0.1:" + port + "/v1";
    }

    /**
     * Returns the port the simulator listens on.
     *
     * @return the actual port, even if port 0 was requested
     */
    public int port() {
        return port;
    }

    /**
     * Returns the accepted access token.
     *
     * @return never null
     */
    public String token() {
        return state.locked(() -> state.account.token());
    }

    /**
     * Changes the access token; the old one is rejected from now on.
     *
     * @param token not null
     */
    public void token(String token) {
        Objects.requireNonNull(token, "token");
        state.locked(() -> state.account.token(token));
    }

    /**
     * Adds a user, as {@link SimulatorBuilder#user(String, String)} does.
     *
     * @param email not null
     * @param name  not null
     */
    public void addUser(String email, String name) {
        Objects.requireNonNull(email, "email");
        Objects.requireNonNull(name, "name");
        state.locked(() -> state.account.addUser(email, name));
    }

    /**
     * Removes a user: new licenses for the e-mail are rejected with {@code invalid_user}, even with
     * {@link SimulatorBuilder#anyUser()}.
     *
     * @param email not null; need not belong to a user
     */
    public void removeUser(String email) {
        state.locked(() -> state.account.removeUser(email));
    }

    /**
     * Adds a connector that has only a name.
     *
     * @param  name not null
     * @return      its id
     */
    public String addConnector(String name) {
        return addConnector(Map.of("name", name));
    }

    /**
     * Adds a connector without validation. {@code _id}, {@code handle} and {@code lastModified} are
     * generated unless given.
     *
     * @param  connector JSON types and {@link java.time.Instant} only; not null
     * @return           its id
     * @throws IllegalArgumentException if its {@code _id} is already in use
     */
    public String addConnector(Map<String, ?> connector) {
        Map<String, Object> copy = Json.copy(connector);
        return state.locked(() -> state.store.addConnector(copy));
    }

    /**
     * Adds a license without validation. {@code _id} and {@code created} are generated unless given;
     * {@code email} becomes {@code user.email}, as on creation over HTTP.
     *
     * @param  connectorId the connector of the license
     * @param  license     JSON types and {@link java.time.Instant} only; not null
     * @return             its id
     * @throws IllegalArgumentException    if its {@code _id} is already in use
     * @throws java.time.DateTimeException if {@code expires} or {@code trialEndDate} is neither a timestamp
     *                                     with a zone nor a date such as {@code 08/31/2027}
     */
    public String addLicense(String connectorId, Map<String, ?> license) {
        Map<String, Object> copy = Json.copy(license);
        return state.locked(() -> {
            String id = state.store.addLicense(connectorId, copy);
            state.store.requireRecord(connectorId).licenses.show(id);
            return id;
        });
    }

    /**
     * Adds a child of a license without validation: a row of the type {@code integrationAppChild}, whose
     * {@code _parentId} is the license. It has the user, {@code sandbox} and the dates of its parent
     * unless given.
     *
     * @param  connectorId the connector of the license
     * @param  parentId    the license
     * @param  license     JSON types and {@link java.time.Instant} only; not null
     * @return             the id of the child
     * @throws IllegalArgumentException    if its {@code _id} is already in use
     * @throws java.time.DateTimeException if a date is not one that {@link #addLicense(String, Map)} takes
     */
    public String addChildLicense(String connectorId, String parentId, Map<String, ?> license) {
        Map<String, Object> copy = Json.copy(license);
        return state.locked(() -> {
            String id = state.store.addChildLicense(connectorId, parentId, copy);
            state.store.requireRecord(connectorId).licenses.show(id);
            return id;
        });
    }

    /**
     * Starts a trial, as a customer does: a license that has only a {@code trialEndDate}.
     *
     * @param  connectorId the connector, which must have {@code trialEnabled}
     * @param  email       the customer; not null
     * @param  duration    how long the trial lasts; not null
     * @return             the id of the license
     * @throws IllegalStateException if the connector does not have {@code trialEnabled}
     */
    public String startTrial(String connectorId, String email, Duration duration) {
        return state.locked(() -> {
            String id = state.store.startTrial(connectorId, email, duration);
            state.store.requireRecord(connectorId).licenses.show(id);
            return id;
        });
    }

    /**
     * Installs the connector, as a customer does. This sets the license's {@code _integrationId} and
     * completes its {@code user}, and adds a row to the install base.
     *
     * @param  connectorId the connector
     * @param  licenseId   the license to install it with
     * @return             the id of the new integration
     * @throws IllegalStateException if the license is already installed or its user does not exist
     */
    public String install(String connectorId, String licenseId) {
        return state.locked(() -> {
            String id = state.store.install(connectorId, licenseId, state.account);
            state.store.requireRecord(connectorId).licenses.show(licenseId);
            return id;
        });
    }

    /**
     * Uninstalls the connector, as a customer does. This removes the row from the install base and the
     * license's {@code _integrationId}.
     *
     * @param connectorId   the connector
     * @param integrationId the install
     */
    public void uninstall(String connectorId, String integrationId) {
        state.locked(() -> state.store.uninstall(connectorId, integrationId));
    }

    /**
     * Puts a row into the install base without validation. It replaces the row with its {@code _integrationId}.
     *
     * @param connectorId  the connector
     * @param installation JSON types and {@link java.time.Instant} only, with an {@code _integrationId}; not null
     */
    public void putInstallation(String connectorId, Map<String, ?> installation) {
        Map<String, Object> copy = Json.copy(installation);
        state.locked(() -> state.store.putInstallation(connectorId, copy));
    }

    /**
     * Removes a row from the install base. Licenses do not change.
     *
     * @param connectorId   the connector
     * @param integrationId the install
     */
    public void removeInstallation(String connectorId, String integrationId) {
        state.locked(() -> state.store.removeInstallation(connectorId, integrationId));
    }

    /**
     * Publishes a version: later installs have it, and so do others once an update that was pushed to them is done.
     *
     * @param connectorId the connector
     * @param version     a String or a Number; not null
     * @see               SimulatorBuilder#updateDuration(Duration)
     */
    public void release(String connectorId, Object version) {
        state.locked(() -> state.store.requireRecord(connectorId).version = requireVersion(version));
    }

    private static Object requireVersion(Object version) {
        if (!(version instanceof String || version instanceof Number)) {
            throw new IllegalArgumentException("version: expected a String or a Number, got " + version);
        }
        return version;
    }

    /**
     * Finishes the updates in progress, as the connector's update function does: sets the version of the
     * updated installs and of later ones.
     *
     * @param connectorId the connector
     * @param version     a String or a Number; not null
     */
    public void finishUpdates(String connectorId, Object version) {
        state.locked(() -> state.store.finishUpdates(connectorId, requireVersion(version)));
    }

    /**
     * Changes how long after a write over HTTP a license shows in lists, as
     * {@link SimulatorBuilder#listLag(Duration)} does. What was written before shows when it was due.
     *
     * @param lag the duration by the simulator's clock; not null
     * @throws IllegalArgumentException if it is negative
     */
    public void listLag(Duration lag) {
        state.listLag(SimulatorBuilder.validLag(lag));
    }

    /**
     * Returns all connectors.
     *
     * @return copies, in creation order
     */
    public List<Map<String, Object>> connectors() {
        return Json.copies(state.locked(() -> state.store.connectors()));
    }

    /**
     * Returns a connector.
     *
     * @param  connectorId the connector
     * @return             a copy
     */
    public Map<String, Object> connector(String connectorId) {
        return Json.copy(state.locked(() -> state.store.requireRecord(connectorId).connector));
    }

    /**
     * Returns all licenses of a connector.
     *
     * @param  connectorId the connector
     * @return             copies, in creation order
     */
    public List<Map<String, Object>> licenses(String connectorId) {
        return Json.copies(state.locked(() -> state.store.requireRecord(connectorId).licenses.all()));
    }

    /**
     * Returns a license.
     *
     * @param  connectorId the connector
     * @param  licenseId   the license
     * @return             a copy
     */
    public Map<String, Object> license(String connectorId, String licenseId) {
        return Json.copy(state.locked(() -> state.store.requireLicense(connectorId, licenseId)));
    }

    /**
     * Returns the install base of a connector.
     *
     * @param  connectorId the connector
     * @return             copies, in creation order
     */
    public List<Map<String, Object>> installBase(String connectorId) {
        return Json.copies(state.locked(() -> state.store.requireRecord(connectorId).installs.all()));
    }

    /**
     * Returns the faults to simulate.
     *
     * @return always the same object; never null
     */
    public Faults faults() {
        return faults;
    }

    /**
     * Returns the requests since the start or the last {@link #clearRequests()}, including rejected ones.
     *
     * @return oldest first; empty if recording is disabled
     */
    public List<RecordedRequest> requests() {
        return log.all();
    }

    /** Clears the recorded requests and resets their count. */
    public void clearRequests() {
        log.clear();
    }

    /**
     * Returns the number of requests since the start or the last {@link #clearRequests()}.
     *
     * @return the number, even if recording is disabled
     */
    public long requestCount() {
        return log.count();
    }

    /**
     * Counts the {@link #requests()} with this method and path.
     *
     * @param  method    as in {@link Fault#on(String, String)}
     * @param  pathRegex as in {@link Fault#on(String, String)}
     * @return           the number
     */
    public long count(String method, String pathRegex) {
        return log.all().stream().filter(new RequestMatcher(method, pathRegex)::matches).count();
    }

    /** Stops listening and closes all connections, including those of hanging requests. Idempotent. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("Cannot stop the simulator", e);
        }
    }
}
