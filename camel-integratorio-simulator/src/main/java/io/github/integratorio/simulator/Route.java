package io.github.integratorio.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The routing table: one constant per API method. */
enum Route {

    TOKEN_INFO("GET", "/v1/tokenInfo", 200, (handlers, request) -> handlers.tokenInfo()),
    LIST_CONNECTORS("GET", "/v1/connectors", 200, ApiHandlers::listConnectors),
    CREATE_CONNECTOR("POST", "/v1/connectors", 201, ApiHandlers::createConnector),
    GET_CONNECTOR("GET", "/v1/connectors/*", 200, ApiHandlers::getConnector),
    UPDATE_CONNECTOR("PUT", "/v1/connectors/*", 200, ApiHandlers::updateConnector),
    DELETE_CONNECTOR("DELETE", "/v1/connectors/*", 204, ApiHandlers::deleteConnector),
    LIST_INSTALL_BASE("GET", "/v1/connectors/*/installBase", 200, ApiHandlers::listInstallBase),
    PUSH_UPDATE("PUT", "/v1/connectors/*/update", 200, ApiHandlers::pushUpdate),
    LIST_LICENSES("GET", "/v1/connectors/*/licenses", 200, ApiHandlers::listLicenses),
    CREATE_LICENSE("POST", "/v1/connectors/*/licenses", 201, ApiHandlers::createLicense),
    GET_LICENSE("GET", "/v1/connectors/*/licenses/*", 200, ApiHandlers::getLicense),
    UPDATE_LICENSE("PUT", "/v1/connectors/*/licenses/*", 200, ApiHandlers::updateLicense),
    DELETE_LICENSE("DELETE", "/v1/connectors/*/licenses/*", 204, ApiHandlers::deleteLicense);

    /** Handles a request: returns a document, a page of documents, or {@code null} for a response without a body. */
    @FunctionalInterface
    interface Handler {
        Object handle(ApiHandlers handlers, RouteRequest request);
    }

    /** A route and the request that matched it. */
    record Match(Route route, RouteRequest request) {}

    private final String method;
    private final String[] template;
    private final int status;
    private final Handler handler;

    Route(String method, String template, int status, Handler handler) {
        this.method = method;
        this.template = template.split("/");
        this.status = status;
        this.handler = handler;
    }

    /** The status of a successful response. */
    int status() {
        return status;
    }

    Handler handler() {
        return handler;
    }

    /** Finds the route of a request; throws an {@link ApiException} with 404 or 405 if there is none. */
    static Match match(RecordedRequest request) {
        String[] path = request.path().split("\\?", 2)[0].split("/", -1);
        List<String> allowed = new ArrayList<>();
        for (Route route : values()) {
            List<String> ids = route.ids(path);
            if (ids != null && route.method.equals(request.method())) {
                return new Match(route, new RouteRequest(request, ids));
            } else if (ids != null) {
                allowed.add(route.method);
            }
        }
        if (allowed.isEmpty()) {
            throw ApiException.notFound("path");
        }
        String methods = String.join(", ", allowed);
        throw new ApiException(ApiResponse
                .error(405, "method_not_allowed", null, "This path only allows " + methods + ".")
                .with("Allow", methods));
    }

    /** Returns the path segments in place of the asterisks, or {@code null} if the path does not match. */
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
