package io.github.integratorio.camel.api;

import java.util.LinkedHashMap;
import java.util.Map;

/** A row of a connector's install base: one customer's installation. It has no id of its own but the integration's. */
public class Installation extends ApiDocument {

    /** An empty row. */
    public Installation() {
        super(new LinkedHashMap<>());
    }

    private Installation(Map<String, Object> fields) {
        super(fields);
    }

    /** A row with these fields of the API, of which a copy is taken. */
    public static Installation of(Map<String, ?> fields) {
        return new Installation(copy(fields));
    }

    /** An installation whose fields are those of this map: no copy is taken. */
    public static Installation over(Map<String, Object> fields) {
        return new Installation(fields);
    }

    /** The customer's integration; the key of the row. */
    public String getIntegrationId() {
        return text("_integrationId");
    }

    /** The customer's name. */
    public String getName() {
        return text("name");
    }

    /** The customer's e-mail address. */
    public String getEmail() {
        return text("email");
    }

    /** Whether it is installed in a sandbox account. */
    public Boolean getSandbox() {
        return flag("sandbox");
    }

    /** The installed version, as text, whether the API sends a number or a text. */
    public String getVersion() {
        return text("version");
    }

    /** Whether a pushed update is still running. */
    public Boolean getUpdateInProgress() {
        return flag("updateInProgress");
    }
}
