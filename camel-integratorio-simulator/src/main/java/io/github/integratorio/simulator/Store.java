package io.github.integratorio.simulator;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The connectors with their licenses and install bases. A document in here is never changed, only
 * replaced, so it may be written out after the lock is gone. Guarded by the {@link World}'s lock.
 */
final class Store {

    /** One connector and what belongs to it. */
    static final class Shelf {
        final Table<Map<String, Object>> licenses = new Table<>();
        final Table<Map<String, Object>> installs = new Table<>();
        Map<String, Object> connector;
        /** What a new install starts with. */
        Object version = "1.0.0";
    }

    private final Ids ids;
    private final Clock clock;
    private final Table<Shelf> shelves = new Table<>();

    Store(Ids ids, Clock clock) {
        this.ids = ids;
        this.clock = clock;
    }

    Table<Shelf> shelves() {
        return shelves;
    }

    /** The connector with all that is its own; an {@link IllegalArgumentException} if there is none. */
    Shelf shelf(String connectorId) {
        Shelf shelf = shelves.get(connectorId);
        if (shelf == null) {
            throw new IllegalArgumentException("There is no connector " + connectorId);
        }
        return shelf;
    }

    /** The license; an {@link IllegalArgumentException} if there is none. */
    Map<String, Object> license(String connectorId, String licenseId) {
        Map<String, Object> license = shelf(connectorId).licenses.get(licenseId);
        if (license == null) {
            throw new IllegalArgumentException("Connector " + connectorId + " has no license " + licenseId);
        }
        return license;
    }

    String addConnector(Map<String, Object> connector) {
        String id = newId(connector, shelves.has(Objects.toString(connector.get("_id"), null)));
        Map<String, Object> stored = withId(id, connector);
        stored.putIfAbsent("handle", id.substring(Math.max(0, id.length() - 8)));
        stored.putIfAbsent("lastModified", Dates.iso(clock.instant()));
        Shelf shelf = new Shelf();
        shelf.connector = stored;
        shelves.put(id, shelf);
        return id;
    }

    String addLicense(String connectorId, Map<String, Object> license) {
        Shelf shelf = shelf(connectorId);
        String id = newId(license, shelf.licenses.has(Objects.toString(license.get("_id"), null)));
        Map<String, Object> stored = withId(id, license);
        stored.putIfAbsent("created", Dates.iso(clock.instant()));
        Object email = stored.remove("email");
        if (email != null) {
            stored.putIfAbsent("user", Map.of("email", email));
        }
        if (stored.get("expires") instanceof String expires) {
            stored.put("expires", Dates.normalised(expires));
        }
        shelf.licenses.put(id, stored);
        return id;
    }

    String install(String connectorId, String licenseId, Account account) {
        Shelf shelf = shelf(connectorId);
        Map<String, Object> license = license(connectorId, licenseId);
        if (license.get("_integrationId") != null) {
            throw new IllegalStateException("License " + licenseId + " is installed already");
        }
        String email = license.get("user") instanceof Map<?, ?> user ? Objects.toString(user.get("email"), "") : "";
        Account.User user = account.user(email).orElseThrow(
                () -> new IllegalStateException("The user of license " + licenseId + " is not known (any more)"));
        String integrationId = ids.next();

        Map<String, Object> holder = new LinkedHashMap<>();
        holder.put("email", email);
        holder.put("_id", user.id());
        holder.put("name", user.name());
        Map<String, Object> installed = new LinkedHashMap<>(license);
        installed.put("user", holder);
        installed.put("_integrationId", integrationId);
        shelf.licenses.put(licenseId, installed);

        Map<String, Object> row = new LinkedHashMap<>();
        row.put("_integrationId", integrationId);
        row.put("name", Objects.toString(shelf.connector.get("name"), ""));
        row.put("email", email);
        row.put("sandbox", Boolean.TRUE.equals(license.get("sandbox")));
        row.put("version", shelf.version);
        row.put("updateInProgress", false);
        shelf.installs.put(integrationId, row);
        return integrationId;
    }

    void uninstall(String connectorId, String integrationId) {
        removeInstallation(connectorId, integrationId);
        Table<Map<String, Object>> licenses = shelf(connectorId).licenses;
        for (Map<String, Object> license : licenses.all()) {
            if (integrationId.equals(license.get("_integrationId"))) {
                Map<String, Object> uninstalled = new LinkedHashMap<>(license);
                uninstalled.remove("_integrationId");
                licenses.put((String) license.get("_id"), uninstalled);
            }
        }
    }

    void removeInstallation(String connectorId, String integrationId) {
        if (shelf(connectorId).installs.remove(integrationId) == null) {
            throw new IllegalArgumentException("Connector " + connectorId + " has no install " + integrationId);
        }
    }

    void putInstallation(String connectorId, Map<String, Object> row) {
        if (!(row.get("_integrationId") instanceof String id)) {
            throw new IllegalArgumentException("An install-base row needs its _integrationId, a String");
        }
        shelf(connectorId).installs.put(id, row);
    }

    void finishUpdates(String connectorId, Object version) {
        Shelf shelf = shelf(connectorId);
        shelf.version = version;
        for (Map<String, Object> row : shelf.installs.all()) {
            if (Boolean.TRUE.equals(row.get("updateInProgress"))) {
                Map<String, Object> updated = new LinkedHashMap<>(row);
                updated.put("updateInProgress", false);
                updated.put("version", version);
                shelf.installs.put((String) row.get("_integrationId"), updated);
            }
        }
    }

    List<Map<String, Object>> connectors() {
        return shelves.all().stream().map(shelf -> shelf.connector).toList();
    }

    private String newId(Map<String, Object> document, boolean taken) {
        if (taken) {
            throw new IllegalArgumentException("The id " + document.get("_id") + " is taken");
        }
        return document.get("_id") instanceof String given ? given : ids.next();
    }

    private static Map<String, Object> withId(String id, Map<String, Object> document) {
        Map<String, Object> stored = new LinkedHashMap<>();
        stored.put("_id", id);
        stored.putAll(document);
        stored.put("_id", id);
        return stored;
    }
}
