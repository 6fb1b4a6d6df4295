package io.github.integratorio.camel.internal.observability;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimiterStatus;
import io.github.integratorio.camel.internal.consumer.FeedStatus;
import io.github.integratorio.camel.internal.operation.reconcile.ReconcileProgress;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/**
 * Shows the rate limiters of the accounts, the last failed requests, the progress of reconciles and the state of the consumers' feeds. Shows no token, no row
 * and no complete address. The options {@code acceptRemovals}, with the id of a feed, and {@code snapshot}, with the held snapshot, accept
 * the removals held there; {@code skipChange}, with the id of a failing change, removes it from the pending ones.
 */
@DevConsole(name = "integratorio", displayName = "integrator.io", description = "Requests to the integrator.io API")
public class IntegratorioDevConsole extends AbstractDevConsole {

    private static final String ACCEPT_REMOVALS = "acceptRemovals";
    private static final String SKIP_CHANGE = "skipChange";
    private static final String SNAPSHOT = "snapshot";

    public IntegratorioDevConsole() {
        super("camel", "integratorio", "integrator.io", "Requests to the integrator.io API");
    }

    private List<ObservedComponent> components() {
        return ObservedComponents.in(getCamelContext());
    }

    /** Accepts the held removals of the feed in the options, and returns their number; 0 if the options have none. */
    private static int acceptRemovals(ObservedComponent component, Map<String, Object> options) {
        Object feed = options.get(ACCEPT_REMOVALS);
        String snapshot = String.valueOf(options.get(SNAPSHOT));
        return feed == null ? 0
                : component.consumers().stream()
                        .mapToInt(consumer -> consumer.acceptRemovals(feed.toString(), snapshot)).sum();
    }

    /** Returns the held snapshots, by feed and for all feeds of a consumer. */
    private static Map<String, String> held(ObservedComponent component) {
        Map<String, String> held = new TreeMap<>();
        component.consumers().forEach(consumer -> held.putAll(consumer.status().heldSnapshots()));
        return held;
    }

    /** Skips the failing change in the options, and returns whether there was one. */
    private static boolean skipChange(ObservedComponent component, Map<String, Object> options) {
        Object change = options.get(SKIP_CHANGE);
        return change != null
                && component.consumers().stream().anyMatch(consumer -> consumer.skipChange(change.toString()));
    }

    private static List<FeedStatus> feeds(ObservedComponent component) {
        return component.consumers().stream().flatMap(consumer -> consumer.status().feeds().stream()).toList();
    }

    @Override
    protected String doCallText(Map<String, Object> options) {
        StringBuilder text = new StringBuilder();
        boolean isSkipped = false;
        Set<AccountRateLimiter> shown = new HashSet<>();
        for (ObservedComponent component : components()) {
            int accepted = acceptRemovals(component, options);
            if (accepted > 0) {
                text.append("Accepted ").append(accepted).append(" removals\n");
            }
            isSkipped |= skipChange(component, options);
            component.rateLimiters().stream().filter(shown::add)
                    .forEach(limiter -> appendAccount(text, limiter.status()));
            RequestStatistics requests = component.requestStatistics();
            text.append("Requests: ").append(requests.succeeded()).append(" succeeded, failed ")
                    .append(requests.failures()).append('\n');
            requests.lastFailures()
                    .forEach(failure -> text.append("    ").append(failure.at()).append(' ').append(failure.kind())
                            .append(' ').append(failure.message()).append('\n'));
            component.reconciles().forEach(one -> text.append("Reconcile of ").append(one).append('\n'));
            feeds(component).forEach(feed -> appendFeed(text, feed));
            held(component).forEach((feed, snapshot) -> text.append("Held snapshot of ").append(feed).append(": ")
                    .append(snapshot).append('\n'));
        }
        if (options.get(SKIP_CHANGE) != null) {
            text.insert(0, isSkipped ? "Skipped 1 change\n"
                    : "Skipped nothing: there is no pending change with this id that has failed and is not being routed now\n");
        }
        return text.toString();
    }

    private static void appendAccount(StringBuilder text, RateLimiterStatus limiter) {
        text.append("Account: ").append(limiter.inFlight()).append(" in flight, ").append(limiter.queued())
                .append(" queued, ").append(limiter.requestsPerSecond()).append("/s");
        if (!limiter.paused().isZero()) {
            text.append(", paused for another ").append(limiter.paused().toMillis()).append(" ms");
        }
        text.append('\n');
    }

    private static void appendFeed(StringBuilder text, FeedStatus feed) {
        text.append("Feed ").append(feed.id()).append(": ").append(feed.state()).append(", ")
                .append(feed.heldRemovals()).append(" removals held, ").append(feed.failing().size())
                .append(" changes failing, ").append(feed.inFlight()).append(" in flight\n");
        feed.failing().forEach(
                (id, times) -> text.append("    ").append(id).append(" failed ").append(times).append(" times\n"));
    }

    @Override
    protected JsonObject doCallJson(Map<String, Object> options) {
        JsonArray accounts = new JsonArray();
        // Components that use the same account have the same limiter.
        Set<AccountRateLimiter> shown = new HashSet<>();
        JsonArray failures = new JsonArray();
        JsonObject counts = new JsonObject();
        JsonArray feeds = new JsonArray();
        JsonArray reconciles = new JsonArray();
        JsonObject held = new JsonObject();
        int accepted = 0;
        boolean isSkipped = false;
        for (ObservedComponent component : components()) {
            accepted += acceptRemovals(component, options);
            isSkipped |= skipChange(component, options);
            component.rateLimiters().stream().filter(shown::add)
                    .forEach(limiter -> accounts.add(json(limiter.status())));
            RequestStatistics requests = component.requestStatistics();
            counts.merge("OK", requests.succeeded(), (one, other) -> (Long) one + (Long) other);
            requests.failures().forEach(
                    (kind, count) -> counts.merge(kind.name(), count, (one, other) -> (Long) one + (Long) other));
            requests.lastFailures().forEach(failure -> failures.add(json(failure)));
            component.reconciles().forEach(one -> reconciles.add(json(one)));
            feeds(component).forEach(feed -> feeds.add(json(feed)));
            held.putAll(held(component));
        }
        JsonObject all = new JsonObject();
        all.put("accounts", accounts);
        all.put("requests", counts);
        all.put("lastFailures", failures);
        all.put("reconciles", reconciles);
        all.put("feeds", feeds);
        all.put("heldSnapshots", held);
        if (options.containsKey(ACCEPT_REMOVALS)) {
            all.put("acceptedRemovals", accepted);
        }
        if (options.containsKey(SKIP_CHANGE)) {
            all.put("skippedChanges", isSkipped ? 1 : 0);
        }
        return all;
    }

    private static JsonObject json(RateLimiterStatus limiter) {
        JsonObject json = new JsonObject();
        json.put("inFlight", limiter.inFlight());
        json.put("queued", limiter.queued());
        json.put("requestsPerSecond", limiter.requestsPerSecond());
        json.put("pausedMilliseconds", limiter.paused().toMillis());
        return json;
    }

    private static JsonObject json(RequestStatistics.Failure failure) {
        JsonObject json = new JsonObject();
        json.put("at", failure.at().toString());
        json.put("call", failure.call());
        json.put("failure", failure.kind().name());
        json.put("message", failure.message());
        return json;
    }

    private static JsonObject json(ReconcileProgress reconcile) {
        JsonObject json = new JsonObject();
        json.put("connectorId", reconcile.connectorId());
        json.put("dryRun", reconcile.isDryRun());
        json.put("rows", reconcile.rows());
        json.put("listed", reconcile.listed());
        json.put("toDo", reconcile.toDo());
        json.put("done", reconcile.done());
        json.put("failed", reconcile.failed());
        return json;
    }

    private static JsonObject json(FeedStatus feed) {
        JsonObject json = new JsonObject();
        json.put("id", feed.id().toString());
        json.put("state", feed.state().toString());
        json.put("heldRemovals", feed.heldRemovals());
        json.put("failing", new JsonObject(feed.failing()));
        json.put("inFlight", feed.inFlight());
        return json;
    }
}
