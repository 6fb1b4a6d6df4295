package io.github.integratorio.camel.api;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.integratorio.camel.internal.json.IsoInstants;
import io.github.integratorio.camel.internal.json.JsonMerge;

/** A license of a connector for one user: it ends at its expiry, or, while it is a trial, at the end of the trial. */
public class License extends ApiDocument {

    private static final long serialVersionUID = 1;

    private static final String CHILD = "integrationAppChild";

    /** Creates an empty license; {@code email}, and {@code expires} or {@code trialEndDate}, are required to create it at the API. */
    public License() {
        super(new LinkedHashMap<>());
    }

    private License(Map<String, Object> fields) {
        super(fields);
    }

    /**
     * Creates a license from a copy of these API fields.
     *
     * @param  fields                   values as for {@link #set}
     * @throws IllegalArgumentException if one has no JSON form; the message names it
     */
    public static License of(Map<String, ?> fields) {
        return new License(copy(fields));
    }

    /** Creates a license that uses this map without copying it. */
    public static License over(Map<String, Object> fields) {
        return new License(fields);
    }

    /** Id assigned by the API; null before creation. */
    public String getId() {
        return text("_id");
    }

    /** Id of the connector. */
    public String getConnectorId() {
        return text("_connectorId");
    }

    /** Time of creation (UTC). */
    public Instant getCreated() {
        return instant("created");
    }

    /** Time of the last change (UTC). */
    public Instant getLastModified() {
        return instant("lastModified");
    }

    /** Expiry (UTC); an expired license disables the customer's integration. Null for a trial that has only an end of the trial. */
    public Instant getExpires() {
        return instant("expires");
    }

    /** Sets the expiry, with millisecond precision. */
    public void setExpires(Instant expires) {
        set("expires", IsoInstants.format(expires));
    }

    /** E-mail address of the user, or the one set for a creation. */
    public String getEmail() {
        Map<String, Object> user = object("user");
        return user != null && user.get("email") instanceof String email ? email : text("email");
    }

    /** Sets the e-mail address of the user; used by create and upsert only. */
    public void setEmail(String email) {
        set("email", email);
    }

    /** The user object of the API: {@code email} and, after the installation, {@code _id} and {@code name}. */
    public Map<String, Object> getUser() {
        return object("user");
    }

    /** Options defined by the connector, such as its edition. */
    public Map<String, Object> getOpts() {
        return object("opts");
    }

    /** Sets the options defined by the connector, as plain JSON values. */
    public void setOpts(Map<String, ?> opts) {
        set("opts", opts);
    }

    /** Id of the customer's integration; null before the customer installs the connector. */
    public String getIntegrationId() {
        return text("_integrationId");
    }

    /** Whether the customer has installed the connector with this license: it has the id of an integration. */
    public boolean isInstalled() {
        String integrationId = getIntegrationId();
        return integrationId != null && !integrationId.isEmpty();
    }

    /** True if the license is for a sandbox account. */
    public Boolean getSandbox() {
        return flag("sandbox");
    }

    /** Sets whether the license is for a sandbox account. */
    public void setSandbox(boolean sandbox) {
        set("sandbox", sandbox);
    }

    /** Type of the license: {@code connector}, {@code integrationApp} or {@code integrationAppChild}. */
    public String getType() {
        return text("type");
    }

    /** Id of the license that this one is a child of; null for a license of its own. */
    public String getParentId() {
        return text("_parentId");
    }

    /** Whether the license is a child of another one: it belongs to that license, not to a user. */
    public boolean isChild() {
        Object parent = get("_parentId");
        boolean hasParent = parent instanceof String text ? !text.isBlank() : !JsonMerge.isEmpty(parent);
        return hasParent || CHILD.equalsIgnoreCase(getType());
    }

    /** Whether it is the sandbox license of a user, and not the production license. */
    public boolean isSandbox() {
        return "true".equalsIgnoreCase(String.valueOf(get("sandbox")));
    }

    /** Id of the edition. */
    public String getEditionId() {
        return text("_editionId");
    }

    /** True if an integration that was shut off can be resumed. */
    public Boolean getResumable() {
        return flag("resumable");
    }

    /** End of the trial (UTC). */
    public Instant getTrialEndDate() {
        return instant("trialEndDate");
    }

    /** Sets the end of the trial, with millisecond precision. */
    public void setTrialEndDate(Instant trialEndDate) {
        set("trialEndDate", IsoInstants.format(trialEndDate));
    }

    /** Whether the license is a trial: it has an end of the trial, and no expiry. */
    public boolean isTrial() {
        return !JsonMerge.isEmpty(get("trialEndDate")) && JsonMerge.isEmpty(get("expires"));
    }

    /** When the license ends (UTC): the expiry, or, if it has none, the end of the trial. Null if it has neither, or the date cannot be read. */
    public Instant getEndsAt() {
        return instant(JsonMerge.isEmpty(get("expires")) ? "trialEndDate" : "expires");
    }
}
