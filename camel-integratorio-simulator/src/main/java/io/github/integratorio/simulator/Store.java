package io.github.integratorio.simulator;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Stores the connectors with their licenses and install bases. Stored documents are replaced, never
 * modified, so they can be serialized after the lock is released. Guarded by the lock of
 * {@link SimulatorState}.
 */
final class Store {

    /** A connector with its licenses and install base. */
    static final class ConnectorRecord {
        final Table<Map<String, Object>> licenses;
        final Table<Map<String, Object>> installs = new Table<>(Runnable::run);
        Map<String, Object> connector;
        /** The version of new installs. */
        Object version = "1.0.0";

        private ConnectorRecord(Consumer<Runnable> showingLicenses) {
            licenses = new Table<>(showingLicenses);
        }

        /** Ends those of the updates that are in progress: their installs have the newest version. */
        void finishUpdates(Collection<?> integrationIds) {
            for (Object id : integrationIds) {
                Map<String, Object> row = installs.get((String) id);
                if (row != null && Boolean.TRUE.equals(row.get("updateInProgress"))) {
                    Map<String, Object> updated = new LinkedHashMap<>(row);
                    updated.put("updateInProgress", false);
                    updated.put("version", version);
                    installs.put((String) id, updated);
                }
            }
        }
    }

    private final IdGenerator ids;
    private final Clock clock;
    private final boolean allFields;
    private final Consumer<Runnable> showingLicenses;
    private final Table<ConnectorRecord> records = new Table<>(Runnable::run);

    /**
     * @param allFields       whether licenses and installs get the fields that not every answer has
     * @param showingLicenses runs, at once or later, what shows the write of a license to readers
     */
    Store(IdGenerator ids, Clock clock, boolean allFields, Consumer<Runnable> showingLicenses) {
        this.ids = ids;
        this.clock = clock;
        this.allFields = allFields;
        this.showingLicenses = showingLicenses;
    }

    Table<ConnectorRecord> records() {
        return records;
    }

    /** Returns the connector's record; throws an {@link IllegalArgumentException} if it does not exist. */
    ConnectorRecord requireRecord(String connectorId) {
        ConnectorRecord connectorRecord = records.get(connectorId);
        if (connectorRecord == null) {
            throw new IllegalArgumentException("Connector " + connectorId + " does not exist");
        }
        return connectorRecord;
    }

    /** Returns the license; throws an {@link IllegalArgumentException} if it does not exist. */
    Map<String, Object> requireLicense(String connectorId, String licenseId) {
        Map<String, Object> license = requireRecord(connectorId).licenses.get(licenseId);
        if (license == null) {
            throw new IllegalArgumentException("Connector " + connectorId + " has no license " + licenseId);
        }
        return license;
    }

    String addConnector(Map<String, Object> connector) {
        String id = newId(connector, records);
        Map<String, Object> stored = withId(id, connector);
        stored.putIfAbsent("handle", id.substring(Math.max(0, id.length() - 8)));
        stored.putIfAbsent("lastModified", Timestamps.iso(clock.instant()));
        ConnectorRecord connectorRecord = new ConnectorRecord(showingLicenses);
        connectorRecord.connector = stored;
        records.put(id, connectorRecord);
        return id;
    }

    String addLicense(String connectorId, Map<String, Object> license) {
        ConnectorRecord connectorRecord = requireRecord(connectorId);
        String id = newId(license, connectorRecord.licenses);
        Map<String, Object> stored = withId(id, license);
        stored.putIfAbsent("created", Timestamps.iso(clock.instant()));
        Object email = stored.remove("email");
        if (email != null) {
            stored.putIfAbsent("user", Map.of("email", email));
        }
        LicenseFields.normalize(stored);
        if (allFields) {
            LicenseFields.complete(stored, connectorRecord.connector);
            stored.putIfAbsent("lastModified", stored.get("created"));
        }
        connectorRecord.licenses.put(id, stored);
        return id;
    }

    /** Adds a child of a license; what it does not say it has from its parent. */
    String addChildLicense(String connectorId, String parentId, Map<String, Object> license) {
        Map<String, Object> parent = requireLicense(connectorId, parentId);
        Map<String, Object> child = new LinkedHashMap<>(license);
        child.put("_parentId", parentId);
        child.put("type", "integrationAppChild");
        List<String> inherited = new ArrayList<>(List.of("sandbox"));
        if (!child.containsKey("email")) {
            inherited.add("user");
        }
        if (LicenseFields.DATES.stream().noneMatch(child::containsKey)) {
            inherited.addAll(LicenseFields.DATES);
        }
        for (String field : inherited) {
            if (parent.get(field) != null) {
                child.putIfAbsent(field, parent.get(field));
            }
        }
        return addLicense(connectorId, child);
    }

    /** Stores a changed license, which must not be the stored object. */
    void changeLicense(ConnectorRecord connectorRecord, Map<String, Object> license) {
        if (allFields) {
            LicenseFields.complete(license, connectorRecord.connector);
        }
        if (license.containsKey("lastModified")) {
            license.put("lastModified", Timestamps.iso(clock.instant()));
        }
        connectorRecord.licenses.put((String) license.get("_id"), license);
    }

    String install(String connectorId, String licenseId, Account account) {
        ConnectorRecord connectorRecord = requireRecord(connectorId);
        Map<String, Object> license = requireLicense(connectorId, licenseId);
        if (license.get("_integrationId") != null) {
            throw new IllegalStateException("License " + licenseId + " is already installed");
        }
        String email = license.get("user") instanceof Map<?, ?> user ? Objects.toString(user.get("email"), "") : "";
        Account.User user = account.user(email).orElseThrow(
                () -> new IllegalStateException("The user of license " + licenseId + " does not exist"));
        String integrationId = ids.next();

        Map<String, Object> holder = new LinkedHashMap<>();
        holder.put("email", email);
        holder.put("_id", user.id());
        holder.put("name", user.name());
        Map<String, Object> installed = new LinkedHashMap<>(license);
        installed.put("user", holder);
        installed.put("_integrationId", integrationId);
        changeLicense(connectorRecord, installed);

        Map<String, Object> row = new LinkedHashMap<>();
        row.put("_integrationId", integrationId);
        row.put("name", Objects.toString(connectorRecord.connector.get("name"), ""));
        row.put("email", email);
        row.put("sandbox", Boolean.TRUE.equals(license.get("sandbox")));
        row.put("version", connectorRecord.version);
        row.put("updateInProgress", false);
        if (allFields) {
            row.put("_userId", user.id());
        }
        connectorRecord.installs.put(integrationId, row);
        return integrationId;
    }

    void uninstall(String connectorId, String integrationId) {
        removeInstallation(connectorId, integrationId);
        ConnectorRecord connectorRecord = requireRecord(connectorId);
        for (Map<String, Object> license : connectorRecord.licenses.all()) {
            if (integrationId.equals(license.get("_integrationId"))) {
                Map<String, Object> uninstalled = new LinkedHashMap<>(license);
                uninstalled.remove("_integrationId");
                changeLicense(connectorRecord, uninstalled);
                connectorRecord.licenses.show((String) license.get("_id"));
            }
        }
    }

    void removeInstallation(String connectorId, String integrationId) {
        if (requireRecord(connectorId).installs.remove(integrationId) == null) {
            throw new IllegalArgumentException("Connector " + connectorId + " has no install " + integrationId);
        }
    }

    void putInstallation(String connectorId, Map<String, Object> row) {
        if (!(row.get("_integrationId") instanceof String id)) {
            throw new IllegalArgumentException("installation: _integrationId is missing or not a String");
        }
        requireRecord(connectorId).installs.put(id, row);
    }

    void finishUpdates(String connectorId, Object version) {
        ConnectorRecord connectorRecord = requireRecord(connectorId);
        connectorRecord.version = version;
        connectorRecord.finishUpdates(
                connectorRecord.installs.all().stream().map(row -> row.get("_integrationId")).toList());
    }

    String startTrial(String connectorId, String email, Duration duration) {
        if (!Boolean.TRUE.equals(requireRecord(connectorId).connector.get("trialEnabled"))) {
            throw new IllegalStateException("Connector " + connectorId + " has no trialEnabled");
        }
        return addLicense(connectorId, new LinkedHashMap<>(
                Map.of("email", email, "trialEndDate", Timestamps.iso(clock.instant().plus(duration)))));
    }

    List<Map<String, Object>> connectors() {
        return records.all().stream().map(connectorRecord -> connectorRecord.connector).toList();
    }

    /** Returns the document's own {@code _id}, or a new one if it has none. */
    private String newId(Map<String, Object> document, Table<?> existing) {
        if (existing.contains(Objects.toString(document.get("_id"), null))) {
            throw new IllegalArgumentException("_id " + document.get("_id") + " is already in use");
        }
        return document.get("_id") instanceof String id ? id : ids.next();
    }

    private static Map<String, Object> withId(String id, Map<String, Object> document) {
        Map<String, Object> stored = new LinkedHashMap<>();
        stored.put("_id", id);
        stored.putAll(document);
        stored.put("_id", id);
        return stored;
    }
}
