package io.github.integratorio.simulator;

import java.util.List;

/** A request with the ids from its path, in order. */
record RouteRequest(RecordedRequest request, List<String> ids) {

    String connectorId() {
        return ids.get(0);
    }

    String licenseId() {
        return ids.get(1);
    }
}
