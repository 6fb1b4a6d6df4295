package io.github.integratorio.camel.internal.changefeed.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.json.JsonValues;

/**
 * A change of one row.
 *
 * @param id       the same on every delivery of this change, and of no other
 * @param key      the key of the row
 * @param type     what happened
 * @param version  rises from change to change of a key
 * @param content  the row as the API sent it last, in JSON; for a removal the last one known
 * @param previous the row before, in JSON; null for an addition
 */
public record Change(String id, String key, ChangeType type, long version, String content, String previous) {

    /** The order of pending changes. */
    static final Comparator<Change> ORDER = Comparator.comparingLong(Change::version).thenComparing(Change::key);

    /** The fields of the row now, or the last known ones of a row that is gone. */
    public Map<String, Object> row() {
        return fields(content);
    }

    /** The fields of the row before; null for an addition. */
    public Map<String, Object> previousRow() {
        return previous == null ? null : fields(previous);
    }

    /** The names of the fields in which the row before and the row now differ; empty unless it is an update. */
    public Set<String> changedFields() {
        Set<String> changed = new LinkedHashSet<>();
        if (type == ChangeType.UPDATED) {
            Map<String, Object> before = previousRow();
            Map<String, Object> now = row();
            changed.addAll(now.keySet());
            changed.addAll(before.keySet());
            changed.removeIf(name -> JsonMerge.same(before.get(name), now.get(name)));
        }
        return changed;
    }

    public static Map<String, Object> fields(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try {
            return JsonValues.object((Map<?, ?>) Json.parseAnswer(bytes, bytes.length));
        } catch (IOException e) {
            throw new FeedStateException("a row in the state is not valid JSON");
        }
    }
}
