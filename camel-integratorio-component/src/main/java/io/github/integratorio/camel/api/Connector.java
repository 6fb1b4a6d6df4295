package io.github.integratorio.camel.api;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A SmartConnector of the account. */
public class Connector extends ApiDocument {

    private static final long serialVersionUID = 1;

    /** Creates an empty connector; a name is required to create it at the API. */
    public Connector() {
        super(new LinkedHashMap<>());
    }

    private Connector(Map<String, Object> fields) {
        super(fields);
    }

    /**
     * Creates a connector from a copy of these API fields.
     *
     * @param  fields                   values as for {@link #set}
     * @throws IllegalArgumentException if one has no JSON form; the message names it
     */
    public static Connector of(Map<String, ?> fields) {
        return new Connector(copy(fields));
    }

    /** Creates a connector that uses this map without copying it. */
    public static Connector over(Map<String, Object> fields) {
        return new Connector(fields);
    }

    /** Id assigned by the API; null before creation. */
    public String getId() {
        return text("_id");
    }

    /** Name shown to customers. */
    public String getName() {
        return text("name");
    }

    /** Sets the name; required. */
    public void setName(String name) {
        set("name", name);
    }

    /** Description of the connector. */
    public String getDescription() {
        return text("description");
    }

    /** Sets the description. */
    public void setDescription(String description) {
        set("description", description);
    }

    /** E-mail address for customers to contact. */
    public String getContactEmail() {
        return text("contactEmail");
    }

    /** Handle in URLs, assigned by the API. */
    public String getHandle() {
        return text("handle");
    }

    /** True if the connector is published in the marketplace. */
    public Boolean getPublished() {
        return flag("published");
    }

    /** True if customers may try the connector: a license may then be a trial. */
    public Boolean getTrialEnabled() {
        return flag("trialEnabled");
    }

    /** True if its installations are managed. */
    public Boolean getManaged() {
        return flag("managed");
    }

    /** Id of the integration it was made from. */
    public String getIntegrationId() {
        return text("_integrationId");
    }

    /** Applications it connects. */
    public List<String> getApplications() {
        return texts("applications");
    }

    /** Time of the last change (UTC), set by the API. */
    public Instant getLastModified() {
        return instant("lastModified");
    }
}
