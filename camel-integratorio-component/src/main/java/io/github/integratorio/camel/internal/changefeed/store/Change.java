package io.github.integratorio.camel.internal.changefeed.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
 * Change of one row, or a notice that the license in it ends.
 *
 * @param id       unique id, the same on each delivery of the change
 * @param key      key of the row
 * @param type     type of the change
 * @param version  generation of the recording, or a little more for a notice; increases with each change of a key
 * @param content  the row after the change, in JSON; the last known row for a removal
 * @param previous the row before the change, in JSON; null for an addition or a notice
 * @param dueAt    when a notice was due, in milliseconds; null for other changes
 */
public record Change(String id, String key, ChangeType type, long version, String content, String previous,
        Instant dueAt) {

    /** Creates a change that is not a notice. */
    public Change(String id, String key, ChangeType type, long version, String content, String previous) {
        this(id, key, type, version, content, previous, null);
    }

    /** Order of delivery. */
    static final Comparator<Change> ORDER = Comparator.comparingLong(Change::version).thenComparing(Change::key);

    /** Returns the fields of the row after the change; the last known ones for a removal. */
    public Map<String, Object> row() {
        return fields(content);
    }

    /** Returns whether this is a notice, which must be withdrawn if the license gets another end before it is delivered. */
    public boolean isNotice() {
        return dueAt != null;
    }

    /** Returns the fields of the row before the change; null for an addition or a notice. */
    public Map<String, Object> previousRow() {
        return previous == null ? null : fields(previous);
    }

    /** Returns the names of the fields that an update has changed; empty unless it is an update. */
    public Set<String> changedFields() {
        Set<String> changed = new LinkedHashSet<>();
        if (type == ChangeType.UPDATED) {
            Map<String, Object> before = previousRow();
            Map<String, Object> after = row();
            changed.addAll(after.keySet());
            changed.addAll(before.keySet());
            changed.removeIf(name -> JsonMerge.same(before.get(name), after.get(name)));
        }
        return changed;
    }

    /** Parses a stored row. */
    public static Map<String, Object> fields(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try {
            return JsonValues.object((Map<?, ?>) Json.parseAnswer(bytes, bytes.length));
        } catch (IOException e) {
            throw new FeedStateException("the state is damaged: a row is not valid JSON");
        }
    }
}
