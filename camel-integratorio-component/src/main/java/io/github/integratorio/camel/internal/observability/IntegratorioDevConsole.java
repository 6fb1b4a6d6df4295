package io.github.integratorio.camel.internal.observability;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimiterStatus;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/**
 * What goes on at the gates of the accounts, what went wrong last, and how the watched lists stand. Shows no token, row or whole
 * address. The option {@code acceptRemovals}, with the id of a feed, accepts the removals that are held there.
 */
@DevConsole(name = "integratorio", displayName = "integrator.io", description = "Requests to the integrator.io API")
public class IntegratorioDevConsole extends AbstractDevConsole {

    /** The console of the component named integratorio. */
    public IntegratorioDevConsole() {
        super("camel", "integratorio", "integrator.io", "Requests to the integrator.io API");
    }

    private List<IntegratorioComponent> components() {
        List<IntegratorioComponent> found = new ArrayList<>();
        for (String name : getCamelContext().getComponentNames()) {
            if (getCamelContext().hasComponent(name) instanceof IntegratorioComponent component && component.isStarted()) {
                found.add(component);
            }
        }
        return found;
    }

    @Override
    protected String doCallText(Map<String, Object> options) {
        StringBuilder text = new StringBuilder();
        for (IntegratorioComponent component : components()) {
            int accepted = ConsoleFeeds.accept(component, options);
            if (accepted > 0) {
                text.append("Accepted ").append(accepted).append(" removals\n");
            }
            for (RateLimiterStatus gate : component.clients().rateLimiters()) {
                text.append("Account: ").append(gate.inFlight()).append(" in flight, ").append(gate.queued()).append(" queued, ")
                        .append(gate.requestsPerSecond()).append("/s");
                if (!gate.paused().isZero()) {
                    text.append(", paused for another ").append(gate.paused().toMillis()).append(" ms");
                }
                text.append('\n');
            }
            RequestStatistics errors = component.recentErrors();
            text.append("Requests: ").append(errors.good()).append(" good, failed ").append(errors.counts()).append('\n');
            errors.last().forEach(error -> text.append("    ").append(error.at()).append(' ').append(error.failure()).append(' ')
                    .append(error.message()).append('\n'));
            ConsoleFeeds.text(component, text);
        }
        return text.toString();
    }

    @Override
    protected JsonObject doCallJson(Map<String, Object> options) {
        JsonArray accounts = new JsonArray();
        JsonArray failures = new JsonArray();
        JsonObject counts = new JsonObject();
        JsonArray feeds = new JsonArray();
        int accepted = 0;
        for (IntegratorioComponent component : components()) {
            accepted += ConsoleFeeds.accept(component, options);
            feeds.addAll(ConsoleFeeds.json(component));
            for (RateLimiterStatus gate : component.clients().rateLimiters()) {
                JsonObject account = new JsonObject();
                account.put("inFlight", gate.inFlight());
                account.put("queued", gate.queued());
                account.put("requestsPerSecond", gate.requestsPerSecond());
                account.put("pausedMilliseconds", gate.paused().toMillis());
                accounts.add(account);
            }
            counts.merge("OK", component.recentErrors().good(), (one, other) -> (Long) one + (Long) other);
            component.recentErrors().counts()
                    .forEach((failure, count) -> counts.merge(failure.name(), count, (one, other) -> (Long) one + (Long) other));
            component.recentErrors().last().forEach(error -> {
                JsonObject failure = new JsonObject();
                failure.put("at", error.at().toString());
                failure.put("call", error.call());
                failure.put("failure", error.failure().name());
                failure.put("message", error.message());
                failures.add(failure);
            });
        }
        JsonObject all = new JsonObject();
        all.put("accounts", accounts);
        all.put("requests", counts);
        all.put("lastFailures", failures);
        all.put("feeds", feeds);
        if (options.containsKey(ConsoleFeeds.ACCEPT_REMOVALS)) {
            all.put("acceptedRemovals", accepted);
        }
        return all;
    }
}
