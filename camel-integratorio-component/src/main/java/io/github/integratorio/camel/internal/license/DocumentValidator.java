package io.github.integratorio.camel.internal.license;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.json.IsoInstants;
import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.json.JsonValues;
import org.apache.camel.RuntimeCamelException;

/**
 * Checks documents before they are sent, and removes the fields that only the API sets. The methods return a new map, because the
 * documents of a request are compared when its message is redelivered.
 */
public final class DocumentValidator {

    static final Set<String> LICENSE_READ_ONLY = Set.of("_id", "_connectorId", "created", "lastModified", "user",
            "_integrationId");
    private static final Set<String> CONNECTOR_READ_ONLY = Set.of("_id", "handle", "lastModified");
    /** When a license ends: a license of a trial has the second one, and may lack the first. */
    public static final List<String> DATES = List.of("expires", "trialEndDate");
    private static final Pattern SANDBOX = Pattern.compile("true|false", Pattern.CASE_INSENSITIVE);
    private static final int MAX_IDS = 1000;
    private static final Instant MIN_DATE = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant MAX_DATE = Instant.parse("+10000-01-01T00:00:00Z");

    private DocumentValidator() {
    }

    /** A connector to create, or to replace another version. */
    public static Map<String, Object> connector(Map<String, Object> body, String connectorId) {
        requireSameId(body, connectorId, "connectorId");
        if (!(body.get("name") instanceof String name) || name.isBlank()) {
            throw new IllegalArgumentException("body: name is required for a connector");
        }
        Map<String, Object> connector = JsonValues.without(body, CONNECTOR_READ_ONLY);
        if (connectorId == null) {
            removeNulls(connector);
        }
        return connector;
    }

    /**
     * A license to create: an e-mail address is required, and an end in the future. It ends at its expiry, or, without one, at the end of
     * the trial; with one, the trial may be over. The e-mail replaces that in the body.
     */
    public static Map<String, Object> newLicense(Map<String, Object> body, Object email, Instant now) {
        if (email == null && LicenseReference.email(body) != null) {
            throw new IllegalArgumentException(
                    "body: a new license takes the field email, not user.email, as a license that"
                            + " was read before has it");
        }
        Map<String, Object> license = licensePatch(body);
        removeNulls(license);
        license.put("email", EmailAddress.require("body: email", email));
        requireEnd(license);
        String end = license.get("expires") != null ? "expires" : "trialEndDate";
        if (!IsoInstants.parse((String) license.get(end)).isAfter(now)) {
            throw new IllegalArgumentException(end + ": a new license must expire in the future, not at "
                    + license.get(end));
        }
        return license;
    }

    /** What a new document leaves out and what it has as null mean the same; users' own classes write all of their fields. */
    private static void removeNulls(Map<String, Object> document) {
        document.values().removeIf(Objects::isNull);
    }

    /** A license to replace another version. */
    public static Map<String, Object> wholeLicense(Map<String, Object> body, String licenseId) {
        Map<String, Object> license = licenseChange(body, licenseId);
        requireEnd(license);
        return license;
    }

    /** A change to the license with an id: the given fields only. */
    public static Map<String, Object> licenseChange(Map<String, Object> body, String licenseId) {
        requireSameId(body, licenseId, "licenseId");
        requireNoEmail(body);
        Map<String, Object> change = licensePatch(body);
        change.remove("email");
        return change;
    }

    private static void requireEnd(Map<String, Object> license) {
        if (DATES.stream().allMatch(name -> license.get(name) == null)) {
            throw new IllegalArgumentException(
                    "expires: required for a license, in the body, by option or by header; a trial may have"
                            + " trialEndDate in the body instead, and an update with updateMode=merge may leave it as it is");
        }
    }

    /** The error of an item, with its number if it is one of a list. */
    public static IllegalArgumentException ofItem(boolean isList, int index, IllegalArgumentException error) {
        return isList ? new IllegalArgumentException("item " + (index + 1) + ": " + error.getMessage(), error) : error;
    }

    /** A change to a license: the given fields only. */
    public static Map<String, Object> licensePatch(Map<String, Object> body) {
        Map<String, Object> patch = JsonValues.without(body, LICENSE_READ_ONLY);
        LicenseFieldNames.requireKnownSpelling(patch);
        for (String name : DATES) {
            if (patch.get(name) != null) {
                patch.put(name, IsoInstants.format(instant("body: " + name, patch.get(name))));
            }
        }
        Boolean sandbox = sandbox(patch);
        if (sandbox != null) {
            patch.put("sandbox", sandbox);
        }
        if (patch.get("opts") != null && !(patch.get("opts") instanceof Map)) {
            throw new IllegalArgumentException("body: opts: expected an object, such as {\"seats\": 5}");
        }
        return patch;
    }

    /**
     * Reads the field {@code sandbox}: a Boolean, or text of it in any ASCII case.
     *
     * @return                          null if the document does not say it
     * @throws IllegalArgumentException if it is anything else
     */
    static Boolean sandbox(Map<String, Object> document) {
        Object value = document.get("sandbox");
        if (value instanceof String text && SANDBOX.matcher(text).matches()) {
            return Boolean.valueOf(text);
        }
        if (value != null && !(value instanceof Boolean)) {
            throw new IllegalArgumentException("body: sandbox: expected true or false");
        }
        return (Boolean) value;
    }

    /** The fields of a license that the API returned, to be written back with changes. */
    public static Map<String, Object> writable(Map<String, Object> current) {
        Map<String, Object> license = JsonValues.without(current, LICENSE_READ_ONLY);
        // The API refuses an address in an update, wherever it shows it.
        license.remove("email");
        return license;
    }

    /**
     * A license that the API returned, with a validated patch merged into it, to be written back.
     *
     * @throws IllegalArgumentException if the patch leaves it without an end
     */
    public static Map<String, Object> merged(Map<String, Object> current, Map<String, Object> patch) {
        Map<String, Object> kept = JsonValues.without(writable(current), patch.keySet());
        for (String name : DATES) {
            if (JsonMerge.isEmpty(kept.get(name))) {
                kept.remove(name);
            } else if (!isDate(kept.get(name))) {
                throw unreadable(current, name);
            }
        }
        if (!LicenseUser.hasSandbox(kept)) {
            throw unreadable(current, "sandbox");
        }
        Map<String, Object> document = writable(current);
        document.keySet().removeIf(name -> DATES.contains(name) && !kept.containsKey(name));
        Map<String, Object> license = JsonMerge.merge(document, patch);
        requireEnd(license);
        return license;
    }

    private static boolean isDate(Object value) {
        Instant date = IsoInstants.parseOrNull(value);
        return date != null && !date.isBefore(MIN_DATE) && date.isBefore(MAX_DATE);
    }

    /** The failure for a license that cannot be written back as the API has it. Not an input error: nothing that was given is wrong. */
    private static RuntimeCamelException unreadable(Map<String, Object> current, String field) {
        return new RuntimeCamelException(new IntegratorioTransportException(ApiMethod.GET_LICENSE.label(),
                new IOException("the API's license " + current.get("_id") + " has a value of " + field
                        + " that cannot be read; it was not changed"),
                false, false));
    }

    /** Returns the body of an update, which has at least one field. */
    public static Map<String, Object> notEmpty(Map<String, Object> body) {
        if (body.isEmpty()) {
            throw new IllegalArgumentException("body: an update needs at least one field");
        }
        return body;
    }

    public static void requireSameId(Map<String, Object> body, String id, String name) {
        if (id != null && body.get("_id") != null && !id.equals(body.get("_id"))) {
            throw new IllegalArgumentException("body: _id does not match " + name);
        }
    }

    /** A document that was read, and is written back, may have a top-level email beside that of the user. */
    private static void requireNoEmail(Map<String, Object> body) {
        boolean isUsers = body.get("user") instanceof Map<?, ?> user && user.get("email") instanceof String own
                && body.get("email") instanceof String email && EmailAddress.isSameUser(own, email);
        if (body.containsKey("email") && !isUsers) {
            throw new IllegalArgumentException("body: an update cannot change email; leave it out");
        }
    }

    /**
     * Reads an instant.
     *
     * @param  name                     option, header or field, for the message
     * @param  value                    text with an offset, or a date object with a zone
     * @return                          the instant
     * @throws IllegalArgumentException if it is anything else, or not within the years 2000 to 9999
     */
    public static Instant instant(String name, Object value) {
        Instant instant = value instanceof String text ? parse(text.trim()) : JsonValues.instantOf(value);
        if (instant == null || instant.isBefore(MIN_DATE) || !instant.isBefore(MAX_DATE)) {
            throw invalidExpiry(name);
        }
        return instant;
    }

    /** The error for an expiry that is neither an instant nor a duration. */
    public static IllegalArgumentException invalidExpiry(String name) {
        return new IllegalArgumentException(name + ": expected a date and time with a zone between the years 2000 and"
                + " 9999, such as 2027-01-31T12:00:00Z, or an ISO-8601 duration from now, such as P30D");
    }

    private static Instant parse(String text) {
        try {
            return IsoInstants.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /**
     * Checks the ids of the installs that an update is pushed to.
     *
     * @param  body                     a List of ids, one id, or a Map with {@code _integrationIds}
     * @return                          the document to send
     * @throws IllegalArgumentException if there are none or too many, or one is invalid or occurs twice
     */
    public static Map<String, Object> integrationIds(Object body) {
        Object ids = body instanceof Map<?, ?> map ? map.get("_integrationIds") : body;
        List<?> items = ids instanceof String one ? List.of(one) : ids instanceof List<?> list ? list : null;
        if (items == null || items.isEmpty() || items.size() > MAX_IDS) {
            throw new IllegalArgumentException("body: expected 1 to " + MAX_IDS
                    + " _integrationIds, as a List, one String, or {\"_integrationIds\":[…]}");
        }
        Set<String> seen = new HashSet<>();
        List<Object> checked = new ArrayList<>();
        for (Object item : items) {
            String id = ApiRequest.requireId("body: _integrationIds", item instanceof String text ? text : null);
            if (!seen.add(id)) {
                throw new IllegalArgumentException("body: _integrationIds contains " + id + " twice");
            }
            checked.add(id);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("_integrationIds", checked);
        return document;
    }
}
