package io.github.integratorio.simulator;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * The integrator.io connectors-and-licenses API in a box: it listens at 127.0.0.1, remembers what it
 * is told, and goes wrong on demand. Data comes in over HTTP or by the {@code add…} methods; what
 * customers do (install, uninstall) and what the service does ({@link #finishUpdates}) are methods
 * too. Methods that give data give copies. Thread-safe.
 *
 * <p>Not documented by the vendor and therefore assumed: a deleted connector takes its licenses and
 * install base with it; deleting a license removes the install it belongs to; an expired license
 * removes nothing.
 *
 * <p>Every method that takes a connector, license or integration id throws an
 * {@link IllegalArgumentException} if there is none with it.
 */
public final class IntegratorioSimulator implements AutoCloseable {

    private final World world;
    private final Faults faults = new Faults();
    private final RequestLog log;
    private final Server server;
    private final int port;

    IntegratorioSimulator(SimulatorBuilder how) {
        world = new World(how.clock, how.token, how.anyUser);
        how.users.forEach(world.account::add);
        log = new RequestLog(how.recordRequests);
        LeakyBucket bucket = how.rateDepth == 0 ? null
                : new LeakyBucket(how.rateDepth, how.ratePerSecond, how.clock.instant());
        Api api = new Api(world, bucket, how.pageSize, how.emptyListAsNoContent);
        server = new HttpDoor(world, api, faults, log).server(how.port);
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IllegalStateException("Cannot listen on port " + how.port, e);
        }
        port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        api.origin("http://127.0.0.1:" + port);
    }

    /**
     * Begins a simulator of one's own.
     *
     * @return the builder, with the defaults of {@link #start()}
     */
    public static SimulatorBuilder builder() {
        return new SimulatorBuilder();
    }

    /**
     * Starts one on a free port with the token {@code simulator-token}, no paging, the documented
     * rate limit, and every e-mail a user's.
     *
     * @return a simulator that listens
     */
    public static IntegratorioSimulator start() {
        return builder().start();
    }

    /**
     * Where clients find it.
     *
     * @return {@code http://127.0.0.1:port/v1}
     */
    public String baseUrl() {
        return "http://127.0.0.1:" + port + "/v1";
    }

    /**
     * The port it listens on.
     *
     * @return the real one, even if 0 was asked for
     */
    public int port() {
        return port;
    }

    /**
     * The access token it accepts.
     *
     * @return never null
     */
    public String token() {
        return inside(world.account::token);
    }

    /**
     * Changes the access token; the old one is refused from now on.
     *
     * @param token not null
     */
    public void token(String token) {
        Objects.requireNonNull(token, "token");
        act(() -> world.account.token(token));
    }

    /**
     * Makes somebody a user, as {@link SimulatorBuilder#user(String, String)} does.
     *
     * @param email not null
     * @param name  not null
     */
    public void addUser(String email, String name) {
        Objects.requireNonNull(email, "email");
        Objects.requireNonNull(name, "name");
        act(() -> world.account.add(email, name));
    }

    /**
     * Makes an e-mail nobody's: new licenses for it get {@code invalid_user}, whatever the builder said.
     *
     * @param email not null; need not be a user's
     */
    public void removeUser(String email) {
        act(() -> world.account.remove(email));
    }

    /**
     * Adds a connector that has just a name.
     *
     * @param  name not null
     * @return      its id
     */
    public String addConnector(String name) {
        return addConnector(Map.of("name", name));
    }

    /**
     * Adds a connector as it is given, unchecked. {@code _id}, {@code handle} and
     * {@code lastModified} are made up only where left out.
     *
     * @param  connector JSON's own types and {@link java.time.Instant} only; not null
     * @return           its id
     * @throws IllegalArgumentException if its {@code _id} is taken
     */
    public String addConnector(Map<String, ?> connector) {
        Map<String, Object> copy = Json.copy(connector);
        return inside(() -> world.store.addConnector(copy));
    }

    /**
     * Adds a license as it is given, unchecked. {@code _id} and {@code created} are made up only where
     * left out; {@code email} becomes {@code user.email}, as on creation over HTTP.
     *
     * @param  connectorId whose license
     * @param  license     JSON's own types and {@link java.time.Instant} only; not null
     * @return             its id
     * @throws IllegalArgumentException        if its {@code _id} is taken
     * @throws java.time.DateTimeException if {@code expires} is no instant
     */
    public String addLicense(String connectorId, Map<String, ?> license) {
        Map<String, Object> copy = Json.copy(license);
        return inside(() -> world.store.addLicense(connectorId, copy));
    }

    /**
     * Does what a customer does: installs the connector. The license learns its {@code _integrationId}
     * and the rest of its {@code user}; the install base gets a row.
     *
     * @param  connectorId which connector
     * @param  licenseId   by which license
     * @return             the new integration's id
     * @throws IllegalStateException if the license is installed already or its user is not known
     */
    public String install(String connectorId, String licenseId) {
        return inside(() -> world.store.install(connectorId, licenseId, world.account));
    }

    /**
     * Does what a customer does: uninstalls. The row goes and the license loses its {@code _integrationId}.
     *
     * @param connectorId   which connector
     * @param integrationId which install
     */
    public void uninstall(String connectorId, String integrationId) {
        act(() -> world.store.uninstall(connectorId, integrationId));
    }

    /**
     * Puts a row into the install base as it is given, in place of the one with its {@code _integrationId}.
     *
     * @param connectorId  which connector
     * @param installation JSON's own types and {@link java.time.Instant} only, with an {@code _integrationId}; not null
     */
    public void putInstallation(String connectorId, Map<String, ?> installation) {
        Map<String, Object> copy = Json.copy(installation);
        act(() -> world.store.putInstallation(connectorId, copy));
    }

    /**
     * Takes a row out of the install base and leaves the licenses as they are.
     *
     * @param connectorId   which connector
     * @param integrationId which install
     */
    public void removeInstallation(String connectorId, String integrationId) {
        act(() -> world.store.removeInstallation(connectorId, integrationId));
    }

    /**
     * Does what the connector's update function does at its end: every install whose update is in
     * progress gets the version, and later installs start with it.
     *
     * @param connectorId which connector
     * @param version     a String or a Number; not null
     */
    public void finishUpdates(String connectorId, Object version) {
        if (!(version instanceof String || version instanceof Number)) {
            throw new IllegalArgumentException("A version is a String or a Number: " + version);
        }
        act(() -> world.store.finishUpdates(connectorId, version));
    }

    /**
     * All connectors as they are now.
     *
     * @return copies, in the order they came
     */
    public List<Map<String, Object>> connectors() {
        return Json.copies(inside(world.store::connectors));
    }

    /**
     * A connector as it is now.
     *
     * @param  connectorId which
     * @return             a copy
     */
    public Map<String, Object> connector(String connectorId) {
        return Json.copy(inside(() -> world.store.shelf(connectorId).connector));
    }

    /**
     * A connector's licenses as they are now.
     *
     * @param  connectorId which
     * @return             copies, in the order they came
     */
    public List<Map<String, Object>> licenses(String connectorId) {
        return Json.copies(inside(() -> world.store.shelf(connectorId).licenses.all()));
    }

    /**
     * A license as it is now.
     *
     * @param  connectorId whose license
     * @param  licenseId   which
     * @return             a copy
     */
    public Map<String, Object> license(String connectorId, String licenseId) {
        return Json.copy(inside(() -> world.store.license(connectorId, licenseId)));
    }

    /**
     * A connector's install base as it is now.
     *
     * @param  connectorId which
     * @return             copies, in the order they came
     */
    public List<Map<String, Object>> installBase(String connectorId) {
        return Json.copies(inside(() -> world.store.shelf(connectorId).installs.all()));
    }

    /**
     * What shall go wrong.
     *
     * @return always the same object; never null
     */
    public Faults faults() {
        return faults;
    }

    /**
     * The requests that came since the start or the last {@link #clearRequests()}, refused ones too.
     *
     * @return oldest first; empty if the builder switched recording off
     */
    public List<RecordedRequest> requests() {
        return log.all();
    }

    /** Forgets the requests and counts from 0 again. */
    public void clearRequests() {
        log.clear();
    }

    /**
     * How many requests came since the start or the last {@link #clearRequests()}.
     *
     * @return the number; counted even if the builder switched recording off
     */
    public long requestCount() {
        return log.count();
    }

    /**
     * How many of the {@link #requests()} are with this method and path.
     *
     * @param  method    as in {@link Fault#on(String, String)}
     * @param  pathRegex as in {@link Fault#on(String, String)}
     * @return           the number
     */
    public long count(String method, String pathRegex) {
        return log.all().stream().filter(new RequestMatch(method, pathRegex)::test).count();
    }

    /** Stops listening; connections are cut, hanging requests too. A second call does nothing. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The simulator does not stop", e);
        }
    }

    private <T> T inside(Supplier<T> action) {
        return world.inside(action);
    }

    private void act(Runnable action) {
        world.inside(() -> {
            action.run();
            return null;
        });
    }
}
