package io.github.integratorio.simulator;

import io.github.integratorio.simulator.Route.Ask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What each call does. All of it runs inside the {@link World}'s lock. */
final class Calls {

    private final World world;
    private final int pageSize;

    Calls(World world, int pageSize) {
        this.world = world;
        this.pageSize = pageSize;
    }

    Object tokenInfo() {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("_userId", world.account.ownerId());
        info.put("scope", "*");
        return info;
    }

    Object listConnectors(Ask ask) {
        Table.Page<Store.Shelf> page = page(world.store.shelves(), ask);
        return new Table.Page<>(page.rows().stream().map(shelf -> shelf.connector).toList(), page.next());
    }

    Object getConnector(Ask ask) {
        return shelf(ask).connector;
    }

    Object createConnector(Ask ask) {
        String id = world.store.addConnector(Documents.newConnector(Documents.body(ask.request())));
        return world.store.shelf(id).connector;
    }

    Object updateConnector(Ask ask) {
        Store.Shelf shelf = shelf(ask);
        Map<String, Object> connector =
                Documents.replaceConnector(shelf.connector, Documents.body(ask.request()));
        connector.put("lastModified", Dates.iso(world.clock.instant()));
        shelf.connector = connector;
        return connector;
    }

    Object deleteConnector(Ask ask) {
        shelf(ask);
        world.store.shelves().remove(ask.connectorId());
        return null;
    }

    Object listInstallBase(Ask ask) {
        return page(shelf(ask).installs, ask);
    }

    /** Starts the update of every install named, or of none. */
    Object pushUpdate(Ask ask) {
        Table<Map<String, Object>> installs = shelf(ask).installs;
        Object sent = Documents.body(ask.request()).get("_integrationIds");
        if (sent == null) {
            throw ApiError.missing("_integrationIds");
        }
        if (!(sent instanceof List<?> ids) || !ids.stream().allMatch(String.class::isInstance)) {
            throw ApiError.invalid("_integrationIds", "_integrationIds must be an array of strings.");
        }
        if (!ids.stream().allMatch(id -> installs.has((String) id))) {
            throw ApiError.of(422, "invalid_ref", "_integrationIds", "Not an install of this connector.");
        }
        for (Object id : ids) {
            Map<String, Object> row = new LinkedHashMap<>(installs.get((String) id));
            row.put("updateInProgress", true);
            installs.put((String) id, row);
        }
        return null;
    }

    Object listLicenses(Ask ask) {
        return page(shelf(ask).licenses, ask);
    }

    Object createLicense(Ask ask) {
        Store.Shelf shelf = shelf(ask);
        Map<String, Object> license = Documents.newLicense(Documents.body(ask.request()), world.account);
        return shelf.licenses.get(world.store.addLicense(ask.connectorId(), license));
    }

    Object getLicense(Ask ask) {
        return license(ask);
    }

    Object updateLicense(Ask ask) {
        Map<String, Object> license = Documents.replaceLicense(license(ask), Documents.body(ask.request()));
        shelf(ask).licenses.put(ask.licenseId(), license);
        return license;
    }

    Object deleteLicense(Ask ask) {
        Store.Shelf shelf = shelf(ask);
        Object integrationId = license(ask).get("_integrationId");
        shelf.licenses.remove(ask.licenseId());
        if (integrationId instanceof String id) {
            shelf.installs.remove(id);
        }
        return null;
    }

    private Store.Shelf shelf(Ask ask) {
        Store.Shelf shelf = world.store.shelves().get(ask.connectorId());
        if (shelf == null) {
            throw ApiError.unknown("connector");
        }
        return shelf;
    }

    private Map<String, Object> license(Ask ask) {
        Map<String, Object> license = shelf(ask).licenses.get(ask.licenseId());
        if (license == null) {
            throw ApiError.unknown("license");
        }
        return license;
    }

    private <T> Table.Page<T> page(Table<T> table, Ask ask) {
        return table.page(Cursor.of(ask.request()), pageSize);
    }
}
