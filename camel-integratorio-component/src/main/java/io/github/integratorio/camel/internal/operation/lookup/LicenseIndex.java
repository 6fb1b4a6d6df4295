package io.github.integratorio.camel.internal.operation.lookup;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.ApiError;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.license.LicenseUser;
import org.apache.camel.RuntimeCamelException;

/** The licenses of a connector by id and by user, as one or two reads of the list have shown them. Not modified once it is shared. */
public final class LicenseIndex {

    private final Map<String, Map<String, Object>> byId = new LinkedHashMap<>();
    private final Map<LicenseUser, List<Map<String, Object>>> byUser = new HashMap<>();

    /**
     * @param rows      the licenses
     * @param isDeleted tells that a license was deleted here; the list may still contain it
     */
    LicenseIndex(List<Map<String, Object>> rows, Predicate<String> isDeleted) {
        rows.stream().filter(row -> !isDeleted.test((String) row.get("_id"))).forEach(row -> {
            Map<String, Object> other = byId.get(row.get("_id"));
            if (other != null && !Objects.equals(LicenseUser.of(other), LicenseUser.of(row))) {
                throw new IllegalStateException("the list shows the license " + row.get("_id") + " for two users");
            }
            add(row);
        });
    }

    private LicenseIndex(Iterable<Map<String, Object>> rows) {
        rows.forEach(this::add);
    }

    private void add(Map<String, Object> row) {
        Map<String, Object> replaced = byId.put((String) row.get("_id"), row);
        LicenseUser before = replaced == null ? null : LicenseUser.of(replaced);
        if (before != null) {
            byUser.get(before).removeIf(one -> one == replaced);
        }
        LicenseUser user = LicenseUser.of(row);
        if (user != null) {
            byUser.computeIfAbsent(user, key -> new ArrayList<>(1)).add(row);
        }
    }

    /** These licenses and others read later, whose version of a license counts. */
    LicenseIndex with(Collection<Map<String, Object>> later) {
        LicenseIndex both = new LicenseIndex(byId.values());
        later.forEach(both::add);
        return both;
    }

    /** All licenses. */
    public Collection<Map<String, Object>> rows() {
        return byId.values();
    }

    /** The ids of licenses whose user cannot be read, so that they may be anybody's. */
    List<String> unreadable() {
        return byId.values().stream().filter(LicenseUser::isUnreadable).map(row -> (String) row.get("_id")).toList();
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    boolean contains(String licenseId) {
        return byId.containsKey(licenseId);
    }

    /** The users with at least one license. */
    Set<LicenseUser> users() {
        return byUser.keySet();
    }

    /** The license with this id; null if there is none. */
    public Map<String, Object> find(String licenseId) {
        return byId.get(licenseId);
    }

    /** All licenses of a user. */
    public List<Map<String, Object>> all(LicenseUser user) {
        return byUser.getOrDefault(user, List.of());
    }

    /** The licenses that the creation of one can have made: those of its user, or, for a child license, the child licenses with its address. */
    public List<Map<String, Object>> all(LicenseUser user, boolean isChild) {
        return isChild ? byId.values().stream()
                .filter(row -> LicenseUser.isChild(row) && LicenseUser.isAddressOf(row, user.email())).toList()
                : all(user);
    }

    /**
     * The user's license.
     *
     * @return                          the license; null if there is none
     * @throws IllegalArgumentException if there are several, because any choice would be a guess
     */
    public Map<String, Object> find(LicenseUser user) {
        List<Map<String, Object>> rows = all(user);
        if (rows.size() > 1) {
            throw new IllegalArgumentException("email: the user has " + rows.size() + (user.sandbox() ? " sandbox" : "")
                    + " licenses of this connector; specify one by licenseId: "
                    + rows.stream().map(row -> (String) row.get("_id")).collect(Collectors.joining(", ")));
        }
        return rows.isEmpty() ? null : rows.get(0);
    }

    /** The id of the user's only license; a 404 if there is none. */
    public String requireSingleId(LicenseUser user) {
        Map<String, Object> row = find(user);
        if (row == null) {
            boolean hasOther = !all(new LicenseUser(user.email(), !user.sandbox())).isEmpty();
            // The API's answer to an unknown id, so that one onException clause handles both.
            throw new RuntimeCamelException(new IntegratorioApiException("licenses expire",
                    ApiMethod.GET_LICENSE.pathTemplate(), 404, null, Map.of(),
                    List.of(new ApiError("not_found", "the user has no " + (user.sandbox() ? "sandbox " : "")
                            + "license of this connector" + (hasOther ? ", only a "
                                    + (user.sandbox() ? "production" : "sandbox") + " one (option sandbox)" : ""),
                            null)),
                    ""));
        }
        return (String) row.get("_id");
    }
}
