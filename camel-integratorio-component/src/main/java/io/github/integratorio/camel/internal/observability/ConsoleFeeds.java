package io.github.integratorio.camel.internal.observability;

import java.util.Map;

import io.github.integratorio.camel.IntegratorioComponent;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/** The feeds of a component, as its dev console shows them. */
final class ConsoleFeeds {

    /** The option of a console call that accepts the removals of the feed it names. */
    static final String ACCEPT_REMOVALS = "acceptRemovals";

    private ConsoleFeeds() {
    }

    /**
     * Accepts the held removals of the feed that the options name, when they name one.
     *
     * @return how many; 0 also when they name none
     */
    static int accept(IntegratorioComponent component, Map<String, Object> options) {
        Object feed = options.get(ACCEPT_REMOVALS);
        return feed == null ? 0
                : component.consumers().stream().mapToInt(consumer -> consumer.acceptRemovals(feed.toString())).sum();
    }

    static void text(IntegratorioComponent component, StringBuilder text) {
        component.consumers().stream().flatMap(consumer -> consumer.statuses().stream()).forEach(feed -> {
            text.append("Feed ").append(feed.id()).append(": ").append(feed.state()).append(", ")
                    .append(feed.heldRemovals()).append(" removals held, ").append(feed.failing().size()).append(" changes failing, ")
                    .append(feed.underWay()).append(" under way\n");
            feed.failing().forEach((id, times) -> text.append("    ").append(id).append(" failed ").append(times).append(" times\n"));
        });
    }

    static JsonArray json(IntegratorioComponent component) {
        JsonArray feeds = new JsonArray();
        component.consumers().stream().flatMap(consumer -> consumer.statuses().stream()).forEach(feed -> {
            JsonObject one = new JsonObject();
            one.put("id", feed.id().toString());
            one.put("state", feed.state().toString());
            one.put("heldRemovals", feed.heldRemovals());
            one.put("failing", new JsonObject(feed.failing()));
            one.put("underWay", feed.underWay());
            feeds.add(one);
        });
        return feeds;
    }
}
