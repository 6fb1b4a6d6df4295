package io.github.integratorio.camel.internal.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Comparing and merging of JSON values. */
class JsonValuesTest {

    private static final String ABSENT = "absent";

    @Test
    void a_patch_that_changes_nothing_is_already_merged() {
        List<Object> values = new ArrayList<>(
                Arrays.asList(ABSENT, null, true, 1, new BigDecimal("1.0"), 2, "a", List.of(), List.of(1),
                        List.of(2)));
        List<Object> objects = new ArrayList<>(List.of(Map.of()));
        for (Object inner : List.copyOf(values.subList(2, values.size()))) {
            objects.add(Map.of("inner", inner));
        }
        objects.add(Collections.singletonMap("inner", null));
        objects.add(Map.of("inner", Map.of("x", 1), "other", 2));
        objects.add(Map.of("inner", Collections.singletonMap("x", null)));
        values.addAll(objects);
        int merged = 0;
        for (Object now : values) {
            for (Object change : values) {
                Map<String, Object> document = document(now);
                Map<String, Object> patch = document(change);
                boolean expected = JsonMerge.same(JsonMerge.merge(document, patch), document);
                assertEquals(expected, JsonMerge.isNoOp(document, patch), patch + " into " + document);
                merged += expected ? 1 : 0;
            }
        }
        assertTrue(merged >= values.size() && merged < values.size() * values.size() / 2,
                merged + " of " + values.size());
    }

    /** Twice the time per level would be hours. */
    @Test
    @Timeout(60)
    void documents_of_any_depth_are_compared_at_once() {
        Object one = 1;
        Object same = 1.0;
        Object other = 2;
        for (int i = 0; i < 50; i++) {
            one = Map.of("a", one, "b", List.of(one), "c", false);
            same = Map.of("a", same, "b", List.of(same));
            other = Map.of("a", other, "b", List.of(other));
            if (i > 10) {
                one = Map.of("a", ((Map<?, ?>) one).get("a"), "c", "");
                same = Map.of("a", ((Map<?, ?>) same).get("a"));
                other = Map.of("a", ((Map<?, ?>) other).get("a"));
            }
        }
        assertTrue(JsonMerge.same(one, same));
        assertTrue(JsonMerge.same(same, one));
        assertFalse(JsonMerge.same(one, other));
        assertFalse(JsonMerge.same(other, one));
    }

    private static Map<String, Object> document(Object value) {
        Map<String, Object> document = new LinkedHashMap<>(Map.of("always", "here"));
        if (value != ABSENT) {
            document.put("field", value);
        }
        return document;
    }
}
