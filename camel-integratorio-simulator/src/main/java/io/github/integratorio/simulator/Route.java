package io.github.integratorio.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The API as a table: one row a call. */
enum Route {

    TOKEN_INFO("GET", "/v1/tokenInfo", 200, (calls, ask) -> calls.tokenInfo()),
    LIST_CONNECTORS("GET", "/v1/connectors", 200, Calls::listConnectors),
    CREATE_CONNECTOR("POST", "/v1/connectors", 201, Calls::createConnector),
    GET_CONNECTOR("GET", "/v1/connectors/*", 200, Calls::getConnector),
    UPDATE_CONNECTOR("PUT", "/v1/connectors/*", 200, Calls::updateConnector),
    DELETE_CONNECTOR("DELETE", "/v1/connectors/*", 204, Calls::deleteConnector),
    LIST_INSTALL_BASE("GET", "/v1/connectors/*/installBase", 200, Calls::listInstallBase),
    PUSH_UPDATE("PUT", "/v1/connectors/*/update", 200, Calls::pushUpdate),
    LIST_LICENSES("GET", "/v1/connectors/*/licenses", 200, Calls::listLicenses),
    CREATE_LICENSE("POST", "/v1/connectors/*/licenses", 201, Calls::createLicense),
    GET_LICENSE("GET", "/v1/connectors/*/licenses/*", 200, Calls::getLicense),
    UPDATE_LICENSE("PUT", "/v1/connectors/*/licenses/*", 200, Calls::updateLicense),
    DELETE_LICENSE("DELETE", "/v1/connectors/*/licenses/*", 204, Calls::deleteLicense);

    /** A request with the ids in its path, in order. */
    record Ask(RecordedRequest request, List<String> ids) {

        String connectorId() {
            return ids.get(0);
        }

        String licenseId() {
            return ids.get(1);
        }
    }

    /** Does the call: a document, a page of documents, or {@code null} for an answer without a body. */
    @FunctionalInterface
    interface Action {
        Object apply(Calls calls, Ask ask);
    }

    /** A row of the table, with the request that asked for it. */
    record Match(Route route, Ask ask) { }

    private final String method;
    private final String[] template;
    private final int status;
    private final Action action;

    Route(String method, String template, int status, Action action) {
        this.method = method;
        this.template = template.split("/");
        this.status = status;
        this.action = action;
    }

    int status() {
        return status;
    }

    Action action() {
        return action;
    }

    /** The call the request asks for; a 404 or 405 as an {@link ApiError} if the API has no such call. */
    static Match of(RecordedRequest request) {
        String[] path = request.path().split("\\?", 2)[0].split("/", -1);
        List<String> allowed = new ArrayList<>();
        for (Route route : values()) {
            List<String> ids = route.ids(path);
            if (ids != null && route.method.equals(request.method())) {
                return new Match(route, new Ask(request, ids));
            } else if (ids != null) {
                allowed.add(route.method);
            }
        }
        if (allowed.isEmpty()) {
            throw ApiError.unknown("path");
        }
        throw new ApiError(Reply.error(405, "method_not_allowed", null, "Not a method of this path.")
                .with("Allow", String.join(", ", allowed)));
    }

    /** What stands at the stars, or {@code null} if the path is another one. */
    private List<String> ids(String[] path) {
        if (path.length != template.length) {
            return null;
        }
        List<String> ids = new ArrayList<>(2);
        for (int i = 0; i < path.length; i++) {
            if (template[i].equals("*") && !path[i].isEmpty()) {
                ids.add(decode(path[i]));
            } else if (!template[i].equals(path[i])) {
                return null;
            }
        }
        return ids;
    }

    private static String decode(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return segment;
        }
    }
}
