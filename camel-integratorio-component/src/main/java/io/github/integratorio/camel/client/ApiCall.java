package io.github.integratorio.camel.client;

import java.util.Set;

import io.github.integratorio.camel.client.Failure.Repeat;

/** The calls of the API that are used, one row each: what is sent, what a good answer looks like, and whether it may be repeated. */
public enum ApiCall {

    TOKEN_INFO("token info", "GET", "/tokenInfo", Answer.OBJECT, null, Repeat.SAFE),

    LIST_CONNECTORS("connectors list", "GET", "/connectors", Answer.LIST, "_id", Repeat.SAFE),
    GET_CONNECTOR("connectors get", "GET", "/connectors/{connectorId}", Answer.OBJECT, "_id", Repeat.SAFE),
    CREATE_CONNECTOR("connectors create", "POST", "/connectors", Answer.OBJECT, "_id", Repeat.ONCE),
    UPDATE_CONNECTOR("connectors update", "PUT", "/connectors/{connectorId}", Answer.OBJECT, "_id", Repeat.SAFE),
    DELETE_CONNECTOR("connectors delete", "DELETE", "/connectors/{connectorId}", Answer.NOTHING, null, Repeat.SAFE),

    LIST_INSTALL_BASE("installBase list", "GET", "/connectors/{connectorId}/installBase", Answer.LIST, "_integrationId", Repeat.SAFE),
    PUSH_UPDATE("installBase pushUpdate", "PUT", "/connectors/{connectorId}/update", Answer.ANYTHING, null, Repeat.ONCE),

    LIST_LICENSES("licenses list", "GET", "/connectors/{connectorId}/licenses", Answer.LIST, "_id", Repeat.SAFE),
    CREATE_LICENSE("licenses create", "POST", "/connectors/{connectorId}/licenses", Answer.OBJECT, "_id", Repeat.ONCE),
    GET_LICENSE("licenses get", "GET", "/connectors/{connectorId}/licenses/{licenseId}", Answer.OBJECT, "_id", Repeat.SAFE),
    UPDATE_LICENSE("licenses update", "PUT", "/connectors/{connectorId}/licenses/{licenseId}", Answer.OBJECT, "_id", Repeat.SAFE),
    DELETE_LICENSE("licenses delete", "DELETE", "/connectors/{connectorId}/licenses/{licenseId}", Answer.NOTHING, null, Repeat.SAFE);

    /** What the body of a good answer is. */
    enum Answer {
        /** A JSON object. */
        OBJECT(Set.of(200, 201)),
        /** JSON arrays, in pages; 204 is the empty one. */
        LIST(Set.of(200, 204)),
        /** Whatever JSON the API sends, or none. */
        ANYTHING(Set.of(200, 201, 202, 204)),
        /** Not looked at. */
        NOTHING(Set.of(200, 202, 204));

        final Set<Integer> statuses;

        Answer(Set<Integer> statuses) {
            this.statuses = statuses;
        }
    }

    private final String label;
    private final String method;
    private final String template;
    private final Answer answer;
    private final String key;
    private final Repeat repeat;

    ApiCall(String label, String method, String template, Answer answer, String key, Repeat repeat) {
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
    public String template() {
        return template;
    }

    /** Whether it changes something at the API. */
    public boolean isWrite() {
        return !"GET".equals(method);
    }

    Answer answer() {
        return answer;
    }

    /** The field that every row or document of the answer is known by, or null. */
    public String key() {
        return key;
    }

    /** After which failures it may be sent again. */
    Repeat repeat() {
        return repeat;
    }
}
