package io.github.integratorio.camel.internal.client.protocol;

import java.util.Set;

/** The methods of the API that this component calls: what is sent, what a good response contains, and whether it may be repeated. */
public enum ApiMethod {

    TOKEN_INFO("token info", "GET", "/tokenInfo", ResponseKind.OBJECT, null, Idempotency.IDEMPOTENT),

    LIST_CONNECTORS("connectors list", "GET", "/connectors", ResponseKind.LIST, "_id", Idempotency.IDEMPOTENT),
    GET_CONNECTOR("connectors get", "GET", "/connectors/{connectorId}", ResponseKind.OBJECT, "_id",
            Idempotency.IDEMPOTENT),
    CREATE_CONNECTOR("connectors create", "POST", "/connectors", ResponseKind.OBJECT, "_id",
            Idempotency.NON_IDEMPOTENT),
    UPDATE_CONNECTOR("connectors update", "PUT", "/connectors/{connectorId}", ResponseKind.OBJECT, "_id",
            Idempotency.IDEMPOTENT),
    DELETE_CONNECTOR("connectors delete", "DELETE", "/connectors/{connectorId}", ResponseKind.NOTHING, null,
            Idempotency.IDEMPOTENT),

    LIST_INSTALL_BASE("installBase list", "GET", "/connectors/{connectorId}/installBase", ResponseKind.LIST,
            "_integrationId", Idempotency.IDEMPOTENT),
    /** A PUT, but each one starts an update of the installs. */
    PUSH_UPDATE("installBase pushUpdate", "PUT", "/connectors/{connectorId}/update", ResponseKind.ANYTHING, null,
            Idempotency.NON_IDEMPOTENT),

    LIST_LICENSES("licenses list", "GET", "/connectors/{connectorId}/licenses", ResponseKind.LIST, "_id",
            Idempotency.IDEMPOTENT),
    CREATE_LICENSE("licenses create", "POST", "/connectors/{connectorId}/licenses", ResponseKind.OBJECT, "_id",
            Idempotency.NON_IDEMPOTENT),
    GET_LICENSE("licenses get", "GET", "/connectors/{connectorId}/licenses/{licenseId}", ResponseKind.OBJECT, "_id",
            Idempotency.IDEMPOTENT),
    UPDATE_LICENSE("licenses update", "PUT", "/connectors/{connectorId}/licenses/{licenseId}", ResponseKind.OBJECT,
            "_id", Idempotency.IDEMPOTENT),
    DELETE_LICENSE("licenses delete", "DELETE", "/connectors/{connectorId}/licenses/{licenseId}", ResponseKind.NOTHING,
            null, Idempotency.IDEMPOTENT);

    /** The body of a good response, and its statuses. */
    public enum ResponseKind {
        /** A JSON object. */
        OBJECT(Set.of(200, 201)),
        /** A JSON array, possibly in pages; 204 is an empty list. */
        LIST(Set.of(200, 204)),
        /** Any JSON, other text, or none. */
        ANYTHING(Set.of(200, 201, 202, 203, 204, 205)),
        /** Ignored. */
        NOTHING(Set.of(200, 201, 202, 203, 204, 205));

        public final Set<Integer> statuses;

        ResponseKind(Set<Integer> statuses) {
            this.statuses = statuses;
        }
    }

    private enum Idempotency {
        /** Sending the request twice has the effect of sending it once. */
        IDEMPOTENT,
        /** Sending the request twice may have its effect twice. */
        NON_IDEMPOTENT
    }

    private final String label;
    private final String method;
    private final String pathTemplate;
    private final ResponseKind responseKind;
    private final String key;
    private final Idempotency idempotency;

    ApiMethod(String label, String method, String pathTemplate, ResponseKind responseKind, String key,
            Idempotency idempotency) {
        this.label = label;
        this.method = method;
        this.pathTemplate = pathTemplate;
        this.responseKind = responseKind;
        this.key = key;
        this.idempotency = idempotency;
    }

    /** The name in messages, such as {@code licenses create}. */
    public String label() {
        return label;
    }

    /** The HTTP method. */
    public String method() {
        return method;
    }

    /** The path below the base URL, with the placeholders {@code {connectorId}} and {@code {licenseId}}. */
    public String pathTemplate() {
        return pathTemplate;
    }

    /** Whether this status means success. */
    boolean isGood(int status) {
        return responseKind.statuses.contains(status) || status == 204 && isReplacement();
    }

    /** Whether it replaces a document, so that a good response may come without one. */
    public boolean isReplacement() {
        return "PUT".equals(method) && responseKind == ResponseKind.OBJECT;
    }

    /** Whether it changes data at the API. */
    public boolean isWrite() {
        return !"GET".equals(method);
    }

    /** Whether sending the request twice has the effect of sending it once. */
    public boolean isIdempotent() {
        return idempotency == Idempotency.IDEMPOTENT;
    }

    /** The body of a good response. */
    public ResponseKind responseKind() {
        return responseKind;
    }

    /** The field that identifies a row or document, or null. */
    public String key() {
        return key;
    }
}
