package io.github.integratorio.camel.api;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.integratorio.camel.internal.json.IsoInstants;

/** A license of a connector: who may use it, and until when. */
public class License extends ApiDocument {

    /** A new license; set {@code email} and {@code expires} before it is created. */
    public License() {
        super(new LinkedHashMap<>());
    }

    private License(Map<String, Object> fields) {
        super(fields);
    }

    /** A license with these fields of the API, of which a copy is taken. */
    public static License of(Map<String, ?> fields) {
        return new License(copy(fields));
    }

    /** A license whose fields are those of this map: no copy is taken. */
    public static License over(Map<String, Object> fields) {
        return new License(fields);
    }

    /** The id the API gave it; null before it is created. */
    public String getId() {
        return text("_id");
    }

    /** When it was created, UTC. */
    public Instant getCreated() {
        return instant("created");
    }

    /** Until when it is valid, UTC; an instant in the past shuts the customer's integration off. */
    public Instant getExpires() {
        return instant("expires");
    }

    /** Sets until when it is valid, to the millisecond. */
    public void setExpires(Instant expires) {
        set("expires", IsoInstants.format(expires));
    }

    /** The customer's e-mail address: that of the user, or the one the license is to be created with. */
    public String getEmail() {
        Map<String, Object> user = object("user");
        return user != null && user.get("email") instanceof String email ? email : text("email");
    }

    /** Sets the e-mail address of the user to create the license for. Used by create and upsert only. */
    public void setEmail(String email) {
        set("email", email);
    }

    /** The user as the API shows it: {@code email}, and once installed {@code _id} and {@code name}. */
    public Map<String, Object> getUser() {
        return object("user");
    }

    /** The connector's own options, such as its edition; free form. */
    public Map<String, Object> getOpts() {
        return object("opts");
    }

    /** Sets the connector's own options; plain JSON values. */
    public void setOpts(Map<String, ?> opts) {
        set("opts", opts);
    }

    /** The customer's installation, present once they installed the connector. */
    public String getIntegrationId() {
        return text("_integrationId");
    }

    /** Whether the license is for a sandbox account. */
    public Boolean getSandbox() {
        return flag("sandbox");
    }

    /** Sets whether the license is for a sandbox account. */
    public void setSandbox(boolean sandbox) {
        set("sandbox", sandbox);
    }

    /** The kind of the license, as the API names it. */
    public String getType() {
        return text("type");
    }

    /** When its trial ends, UTC. */
    public Instant getTrialEndDate() {
        return instant("trialEndDate");
    }
}
