package io.github.integratorio.camel.api;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.integratorio.camel.internal.json.IsoInstants;

/** A license of a connector for one user, with an expiry. */
public class License extends ApiDocument {

    /** Creates an empty license; {@code email} and {@code expires} are required to create it at the API. */
    public License() {
        super(new LinkedHashMap<>());
    }

    private License(Map<String, Object> fields) {
        super(fields);
    }

    /** Creates a license from a copy of these API fields. */
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

    /** Time of creation (UTC). */
    public Instant getCreated() {
        return instant("created");
    }

    /** Expiry (UTC); an expired license disables the customer's integration. */
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

    /** True if the license is for a sandbox account. */
    public Boolean getSandbox() {
        return flag("sandbox");
    }

    /** Sets whether the license is for a sandbox account. */
    public void setSandbox(boolean sandbox) {
        set("sandbox", sandbox);
    }

    /** Type of the license, in the API's terms. */
    public String getType() {
        return text("type");
    }

    /** End of the trial (UTC). */
    public Instant getTrialEndDate() {
        return instant("trialEndDate");
    }
}
