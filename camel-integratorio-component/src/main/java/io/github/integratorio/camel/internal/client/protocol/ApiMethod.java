package io.github.integratorio.camel.internal.client.protocol;

import java.util.Set;

import io.github.integratorio.camel.internal.client.protocol.FailureKind.Idempotency;

/** The calls of the API that are used, one row each: what is sent, what a good answer looks like, and whether it may be repeated. */
public enum ApiMethod {

    TOKEN_INFO("token info", "GET", "/tokenInfo", ResponseKind.OBJECT, null, Idempotency.IDEMPOTENT),

    LIST_CONNECTORS("connectors list", "GET", "/connectors", ResponseKind.LIST, "_id", Idempotency.IDEMPOTENT),
    GET_CONNECTOR("connectors get", "GET", "/connectors/{connectorId}", ResponseKind.OBJECT, "_id", Idempotency.IDEMPOTENT),
    CREATE_CONNECTOR("connectors create", "POST", "/connectors", ResponseKind.OBJECT, "_id", Idempotency.NON_IDEMPOTENT),
    UPDATE_CONNECTOR("connectors update", "PUT", "/connectors/{connectorId}", ResponseKind.OBJECT, "_id", Idempotency.IDEMPOTENT),
    DELETE_CONNECTOR("connectors delete", "DELETE", "/connectors/{connectorId}", ResponseKind.NOTHING, null, Idempotency.IDEMPOTENT),

    LIST_INSTALL_BASE("installBase list", "GET", "/connectors/{connectorId}/installBase", ResponseKind.LIST, "_integrationId", Idempotency.IDEMPOTENT),
    PUSH_UPDATE("installBase pushUpdate", "PUT", "/connectors/{connectorId}/update", ResponseKind.ANYTHING, null, Idempotency.NON_IDEMPOTENT),

    LIST_LICENSES("licenses list", "GET", "/connectors/{connectorId}/licenses", ResponseKind.LIST, "_id", Idempotency.IDEMPOTENT),
    CREATE_LICENSE("licenses create", "POST", "/connectors/{connectorId}/licenses", ResponseKind.OBJECT, "_id", Idempotency.NON_IDEMPOTENT),
    GET_LICENSE("licenses get", "GET", "/connectors/{connectorId}/licenses/{licenseId}", ResponseKind.OBJECT, "_id", Idempotency.IDEMPOTENT),
    UPDATE_LICENSE("licenses update", "PUT", "/connectors/{connectorId}/licenses/{licenseId}", ResponseKind.OBJECT, "_id", Idempotency.IDEMPOTENT),
    DELETE_LICENSE("licenses delete", "DELETE", "/connectors/{connectorId}/licenses/{licenseId}", ResponseKind.NOTHING, null, Idempotency.IDEMPOTENT);

    /** What the body of a good answer is. */
    public enum ResponseKind {
        /** A JSON object. */
        OBJECT(Set.of(200, 201)),
        /** JSON arrays, in pages; 204 is the empty one. */
        LIST(Set.of(200, 204)),
        /** Whatever JSON the API sends, or none. */
        ANYTHING(Set.of(200, 201, 202, 204)),
        /** Not looked at. */
        NOTHING(Set.of(200, 202, 204));

        public final Set<Integer> statuses;

        ResponseKind(Set<Integer> statuses) {
            this.statuses = statuses;
        }
    }

    private final String label;
    private final String method;
    private final String template;
    private final ResponseKind answer;
    private final String key;
    private final Idempotency repeat;

    ApiMethod(String label, String method, String template, ResponseKind answer, String key, Idempotency repeat) {
        this.label = label;
        this.method = method;
        this.template = template;
        this.answer = answer;
        this.key = key;
        this.repeat = repeat;
    }

    /** Its name in messages, such as {@code licenses create}. */
    public String label() {
        return label;
    }

    /** The HTTP method. */
    public String method() {
        return method;
    }

    /** The path below the base URL, with {@code {connectorId}} and {@code {licenseId}} where ids belong. */
    public String pathTemplate() {
        return template;
    }

    /** Whether it changes something at the API. */
    public boolean isWrite() {
        return !"GET".equals(method);
    }

    public ResponseKind responseKind() {
        return answer;
    }

    /** The field that every row or document of the answer is known by, or null. */
    public String key() {
        return key;
    }

    /** After which failures it may be sent again. */
    public Idempotency idempotency() {
        return repeat;
    }
}
