package io.github.integratorio.benchmarks;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Hand-written comparison of lists, for contenders that have no upsert and no polling of their own. */
final class ListDiff {

    private Map<String, Map<String, Object>> known = new HashMap<>();
    private long changes;

    /** Returns the documents to write, by id. */
    static Map<String, Map<String, Object>> toWrite(List<Map<String, Object>> rows, List<Map<String, Object>> wanted) {
        Map<Object, Map<String, Object>> byEmail = new HashMap<>();
        rows.forEach(row -> byEmail.put(((Map<?, ?>) row.get("user")).get("email"), row));
        Map<String, Map<String, Object>> changes = new LinkedHashMap<>();
        for (Map<String, Object> one : wanted) {
            Map<String, Object> row = byEmail.get(one.get("email"));
            if (!row.get("expires").equals(one.get("expires")) || !row.get("opts").equals(one.get("opts"))) {
                Map<String, Object> document = new LinkedHashMap<>(one);
                document.remove("email");
                changes.put((String) row.get("_id"), document);
            }
        }
        return changes;
    }

    /** Compares an install base with the previous one and counts the changed rows. */
    void compare(List<Map<String, Object>> rows) {
        Map<String, Map<String, Object>> now = new HashMap<>();
        for (Map<String, Object> row : rows) {
            String id = (String) row.get("_integrationId");
            now.put(id, row);
            Map<String, Object> before = known.get(id);
            if (!known.isEmpty() && !row.equals(before)) {
                changes++;
                Blackhole.consume(row);
            }
        }
        known = now;
    }

    long changes() {
        return changes;
    }
}
