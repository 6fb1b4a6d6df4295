package io.github.integratorio.camel.internal.operation.reconcile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.license.HashIndex;
import io.github.integratorio.camel.internal.license.LicenseUser;

/**
 * The licenses of a connector as its list has shown them, in about 250 bytes each: the fields that can change, and whose they are.
 * Licenses are numbered from 0. Not thread-safe until all are added.
 */
final class ListedLicenses {

    /** Fields that tell nothing about a change that the others do not tell; the user is in the index. */
    private static final Set<String> LEFT_OUT = Set.of("_connectorId", "created", "lastModified", "user", "email");

    private final HashIndex byId = new HashIndex();
    private final HashIndex byUser = new HashIndex();
    private final List<byte[]> documents = new ArrayList<>();
    /** The licenses that belong to a user, who can be read. */
    private final BitSet owned = new BitSet();
    /** All licenses of the users who have several, by each of them. */
    private final Map<Integer, List<Integer>> several = new HashMap<>();
    private final List<String> unreadable = new ArrayList<>();

    /**
     * Adds a license, unless it has been added: rows can move to a later page while a list is read.
     *
     * @throws IllegalStateException if it has been added with another user
     */
    void add(Map<String, Object> row) {
        int number = documents.size();
        LicenseUser user = LicenseUser.of(row);
        int known = byId.putIfAbsent((String) row.get("_id"), number);
        if (known >= 0) {
            if (user == null ? owned.get(known) : !all(user).contains(known)) {
                throw new IllegalStateException("the list shows the license " + row.get("_id") + " for two users");
            }
            return;
        }
        documents.add(Json.toBytes(JsonValues.without(row, LEFT_OUT)));
        if (LicenseUser.isUnreadable(row)) {
            unreadable.add((String) row.get("_id"));
        } else if (user != null) {
            owned.set(number);
            int first = byUser.putIfAbsent(user.key(""), number);
            if (first >= 0) {
                List<Integer> all = several.computeIfAbsent(first, one -> new ArrayList<>(List.of(one)));
                all.add(number);
                several.put(number, all);
            }
        }
    }

    int size() {
        return documents.size();
    }

    /** Whether a license belongs to a user, and not to a parent license. */
    boolean isOwned(int number) {
        return owned.get(number);
    }

    /** Whether it is the production or the sandbox license of this user. */
    boolean isOf(int number, String email) {
        return all(new LicenseUser(email, false)).contains(number)
                || all(new LicenseUser(email, true)).contains(number);
    }

    boolean contains(String licenseId) {
        return byId.get(licenseId) >= 0;
    }

    /** The license with this id; -1 if there is none. */
    int find(String licenseId) {
        return byId.get(licenseId);
    }

    /** The licenses of a user. */
    List<Integer> all(LicenseUser user) {
        int first = byUser.get(user.key(""));
        return first < 0 ? List.of() : siblings(first);
    }

    /** A license, and the others of its user. */
    List<Integer> siblings(int number) {
        return several.getOrDefault(number, List.of(number));
    }

    /** The ids of licenses whose user cannot be read, so that they may be anybody's. */
    List<String> unreadable() {
        return unreadable;
    }

    /** The fields of a license that can change, and its id. */
    Map<String, Object> document(int number) {
        try {
            byte[] document = documents.get(number);
            return JsonValues.object((Map<?, ?>) Json.parseAnswer(document, document.length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String id(int number) {
        return (String) document(number).get("_id");
    }

    /** Whether a license is what the list has shown. */
    boolean isAsListed(int number, Map<String, Object> current) {
        LicenseUser user = LicenseUser.of(current);
        return (user == null ? !owned.get(number) : all(user).contains(number))
                && JsonMerge.same(document(number), JsonValues.without(current, LEFT_OUT));
    }

    /** The licenses of users that are valid, of the first ones. */
    IntStream valid(int limit, Instant now) {
        return owned.stream().takeWhile(number -> number < limit).filter(number -> isValid(document(number), now));
    }

    /** Whether a license has not ended, or its end cannot be read. */
    static boolean isValid(Map<String, Object> license, Instant now) {
        Instant end = License.over(license).getEndsAt();
        return end == null || end.isAfter(now);
    }
}
