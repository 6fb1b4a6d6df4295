package io.github.integratorio.simulator;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.github.integratorio.simulator.Store.ConnectorRecord;

/** The handlers of the API methods. They run under the lock of {@link SimulatorState}. */
final class ApiHandlers {

    /** The rows of a list response, and the query of the next page: {@code null} on the last page. */
    record ListPage(List<Map<String, Object>> rows, String nextQuery) {}

    private final SimulatorState state;
    private final int pageSize;
    private final boolean offsetPaging;
    private final boolean newestFirst;
    private final boolean laggingGets;
    /** {@code null} for updates that go on until they are finished by hand. */
    private final Duration updateDuration;

    ApiHandlers(SimulatorState state, SimulatorBuilder options) {
        this.state = state;
        this.pageSize = options.pageSize;
        this.offsetPaging = options.offsetPaging;
        this.newestFirst = options.newestFirst;
        this.laggingGets = options.laggingGets;
        this.updateDuration = options.updateDuration;
    }

    Object tokenInfo() {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("_userId", state.account.ownerId());
        info.put("scope", "*");
        return info;
    }

    Object listConnectors(RouteRequest request) {
        return page(state.store.records(), request, row -> row.connector);
    }

    Object getConnector(RouteRequest request) {
        return connectorRecord(request).connector;
    }

    Object createConnector(RouteRequest request) {
        String id = state.store.addConnector(DocumentValidator.newConnector(DocumentValidator.body(request.request())));
        return state.store.requireRecord(id).connector;
    }

    Object updateConnector(RouteRequest request) {
        ConnectorRecord connectorRecord = connectorRecord(request);
        Map<String, Object> connector = DocumentValidator.replaceConnector(
                connectorRecord.connector, DocumentValidator.body(request.request()));
        connector.put("lastModified", Timestamps.iso(state.clock.instant()));
        connectorRecord.connector = connector;
        return connector;
    }

    Object deleteConnector(RouteRequest request) {
        connectorRecord(request);
        state.store.records().remove(request.connectorId());
        return null;
    }

    Object listInstallBase(RouteRequest request) {
        return page(connectorRecord(request).installs, request, row -> row);
    }

    /** Starts the update of all requested installs, or of none if one of them does not exist. */
    Object pushUpdate(RouteRequest request) {
        ConnectorRecord connectorRecord = connectorRecord(request);
        Table<Map<String, Object>> installs = connectorRecord.installs;
        Object value = DocumentValidator.body(request.request()).get("_integrationIds");
        if (value == null) {
            throw ApiException.missing("_integrationIds");
        }
        if (!(value instanceof List<?> ids) || !ids.stream().allMatch(String.class::isInstance)) {
            throw ApiException.invalid("_integrationIds", "_integrationIds must be an array of strings.");
        }
        if (ids.isEmpty() || ids.stream().distinct().count() < ids.size()) {
            throw ApiException.invalid("_integrationIds",
                    "_integrationIds must name at least one install, and each once.");
        }
        if (!ids.stream().allMatch(id -> installs.contains((String) id))) {
            throw ApiException.of(422, "invalid_ref", "_integrationIds",
                    "_integrationIds must be installs of this connector.");
        }
        for (Object id : ids) {
            Map<String, Object> row = new LinkedHashMap<>(installs.get((String) id));
            row.put("updateInProgress", true);
            installs.put((String) id, row);
        }
        if (updateDuration != null) {
            state.schedule(updateDuration, () -> connectorRecord.finishUpdates(ids));
        }
        return null;
    }

    Object listLicenses(RouteRequest request) {
        return page(connectorRecord(request).licenses, request, row -> row);
    }

    Object createLicense(RouteRequest request) {
        ConnectorRecord connectorRecord = connectorRecord(request);
        Map<String, Object> license =
                DocumentValidator.newLicense(DocumentValidator.body(request.request()), state.account,
                        connectorRecord.connector);
        return connectorRecord.licenses.get(state.store.addLicense(request.connectorId(), license));
    }

    Object getLicense(RouteRequest request) {
        if (!laggingGets) {
            return license(request);
        }
        Map<String, Object> shown = connectorRecord(request).licenses.shown(request.licenseId());
        if (shown == null) {
            throw ApiException.notFound("license");
        }
        return shown;
    }

    Object updateLicense(RouteRequest request) {
        Map<String, Object> license =
                DocumentValidator.replaceLicense(license(request), DocumentValidator.body(request.request()));
        state.store.changeLicense(connectorRecord(request), license);
        return license;
    }

    Object deleteLicense(RouteRequest request) {
        ConnectorRecord connectorRecord = connectorRecord(request);
        Object integrationId = license(request).get("_integrationId");
        connectorRecord.licenses.remove(request.licenseId());
        if (integrationId instanceof String id) {
            connectorRecord.installs.remove(id);
        }
        return null;
    }

    private ConnectorRecord connectorRecord(RouteRequest request) {
        ConnectorRecord connectorRecord = state.store.records().get(request.connectorId());
        if (connectorRecord == null) {
            throw ApiException.notFound("connector");
        }
        return connectorRecord;
    }

    private Map<String, Object> license(RouteRequest request) {
        Map<String, Object> license = connectorRecord(request).licenses.get(request.licenseId());
        if (license == null) {
            throw ApiException.notFound("license");
        }
        return license;
    }

    private <T> ListPage page(Table<T> table, RouteRequest request, Function<T, Map<String, Object>> document) {
        PageRequest asked = PageRequest.of(request.request(), pageSize);
        Table.Page<T> page = table.page(asked, newestFirst);
        List<Map<String, Object>> rows = page.rows().stream().map(document).toList();
        if (page.next() == null) {
            return new ListPage(rows, null);
        }
        return new ListPage(rows, offsetPaging ? asked.nextByOffset() : asked.nextByCursor(page.next()));
    }
}
