package io.github.integratorio.camel.api;

import java.util.LinkedHashMap;
import java.util.Map;

/** A row of a connector's install base: one customer's installation, identified by its integration. */
public class Installation extends ApiDocument {

    private static final long serialVersionUID = 1;

    /** Creates an empty row. */
    public Installation() {
        super(new LinkedHashMap<>());
    }

    private Installation(Map<String, Object> fields) {
        super(fields);
    }

    /** Creates a row from a copy of these API fields. */
    public static Installation of(Map<String, ?> fields) {
        return new Installation(copy(fields));
    }

    /** Creates a row that uses this map without copying it. */
    public static Installation over(Map<String, Object> fields) {
        return new Installation(fields);
    }

    /** Id of the customer's integration; the key of the row. */
    public String getIntegrationId() {
        return text("_integrationId");
    }

    /** Name of the customer. */
    public String getName() {
        return text("name");
    }

    /** E-mail address of the customer. */
    public String getEmail() {
        return text("email");
    }

    /** Id of the customer's user account; several rows may have the same. */
    public String getUserId() {
        return text("_userId");
    }

    /** True if it is installed in a sandbox account. */
    public Boolean getSandbox() {
        return flag("sandbox");
    }

    /** Installed version; the text also if the API sends a number. */
    public String getVersion() {
        return text("version");
    }

    /** True while a pushed update is running. */
    public Boolean getUpdateInProgress() {
        return flag("updateInProgress");
    }
}
