package io.github.integratorio.camel.internal.license;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.integratorio.camel.api.FieldDifference;
import io.github.integratorio.camel.internal.json.JsonMerge;

/** Lists the fields in which two documents differ, by the comparison that also decides whether a write is needed. */
public final class FieldDifferences {

    private FieldDifferences() {
    }

    /** The fields that differ, those of the document before first; empty exactly if {@link JsonMerge#same} holds for the documents. */
    public static List<FieldDifference> between(Map<?, ?> before, Map<?, ?> after) {
        List<FieldDifference> differences = new ArrayList<>();
        add("", before, after, differences);
        return differences;
    }

    private static void add(String prefix, Map<?, ?> before, Map<?, ?> after, List<FieldDifference> differences) {
        Set<Object> names = new LinkedHashSet<>(before.keySet());
        names.addAll(after.keySet());
        for (Object name : names) {
            Object old = before.get(name);
            Object now = after.get(name);
            if (JsonMerge.same(old, now)) {
                continue;
            }
            if ((old == null || old instanceof Map) && (now == null || now instanceof Map)) {
                add(prefix + name + '.', old == null ? Map.of() : (Map<?, ?>) old,
                        now == null ? Map.of() : (Map<?, ?>) now, differences);
            } else {
                differences.add(new FieldDifference(prefix + name, old, now));
            }
        }
    }
}
