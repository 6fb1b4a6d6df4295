package io.github.integratorio.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a user writes to find out what is different in a list, for contenders that do not know. */
final class Differences {

    /** What 10,000 licenses are to be, each hundredth other than it is. */
    static final List<Map<String, Object>> WANTED = wanted();

    private static volatile Object last;

    private Map<String, Map<String, Object>> known = new HashMap<>();
    private long changes;

    private static List<Map<String, Object>> wanted() {
        List<Map<String, Object>> wanted = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            wanted.add(Samples.license(Samples.email(i), i % 100 == 50 ? Samples.LATER : Samples.EXPIRES));
        }
        return wanted;
    }

    /** Nothing is read in vain. */
    static void used(Object result) {
        last = result;
    }

    /** The documents to write, by id. */
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

    /** Compares an install base with the one before. */
    void compare(List<Map<String, Object>> rows) {
        Map<String, Map<String, Object>> now = new HashMap<>();
        for (Map<String, Object> row : rows) {
            String id = (String) row.get("_integrationId");
            now.put(id, row);
            Map<String, Object> before = known.get(id);
            if (!known.isEmpty() && !row.equals(before)) {
                changes++;
                used(row);
            }
        }
        known = now;
    }

    long changes() {
        return changes;
    }
}
