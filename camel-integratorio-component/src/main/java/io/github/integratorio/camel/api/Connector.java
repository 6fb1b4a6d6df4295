package io.github.integratorio.camel.api;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A SmartConnector that the account owns. */
public class Connector extends ApiDocument {

    /** A new connector; set its name before it is created. */
    public Connector() {
        super(new LinkedHashMap<>());
    }

    private Connector(Map<String, Object> fields) {
        super(fields);
    }

    /** A connector with these fields of the API, of which a copy is taken. */
    public static Connector of(Map<String, ?> fields) {
        return new Connector(copy(fields));
    }

    /** A connector whose fields are those of this map: no copy is taken. */
    public static Connector over(Map<String, Object> fields) {
        return new Connector(fields);
    }

    /** The id the API gave it; null before it is created. */
    public String getId() {
        return text("_id");
    }

    /** Its name, as customers see it. */
    public String getName() {
        return text("name");
    }

    /** Sets its name; required. */
    public void setName(String name) {
        set("name", name);
    }

    /** What it is for. */
    public String getDescription() {
        return text("description");
    }

    /** Sets what it is for. */
    public void setDescription(String description) {
        set("description", description);
    }

    /** Whom customers write to. */
    public String getContactEmail() {
        return text("contactEmail");
    }

    /** Its handle in URLs; set by the API. */
    public String getHandle() {
        return text("handle");
    }

    /** Whether it is published in the marketplace. */
    public Boolean getPublished() {
        return flag("published");
    }

    /** Whether its installations are managed. */
    public Boolean getManaged() {
        return flag("managed");
    }

    /** The integration it was made from. */
    public String getIntegrationId() {
        return text("_integrationId");
    }

    /** The applications it connects. */
    public List<String> getApplications() {
        return texts("applications");
    }

    /** When it was last changed, UTC; set by the API. */
    public Instant getLastModified() {
        return instant("lastModified");
    }
}
