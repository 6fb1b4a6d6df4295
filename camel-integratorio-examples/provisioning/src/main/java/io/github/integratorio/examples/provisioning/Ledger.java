package io.github.integratorio.examples.provisioning;

import java.io.PrintStream;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;

/** Keeps account of every event: what it came to, or why it was refused. */
public final class Ledger {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int PROGRESS = 25;

    private final PrintStream console;
    private final Map<String, Map<String, Integer>> counts = new TreeMap<>();
    private final Set<String> seen = new HashSet<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private int taken;
    private int accounted;
    private int refused;

    Ledger(PrintStream console) {
        this.console = console;
    }

    /** Reads an event into exchange properties; one that cannot be read, or came before, is refused. */
    public void read(Exchange exchange) throws JsonProcessingException {
        synchronized (this) {
            taken++;
        }
        String line = exchange.getMessage().getBody(String.class);
        exchange.setProperty("line", line);
        exchange.setProperty("type", "unreadable");
        Map<?, ?> event = MAPPER.readValue(line, Map.class);
        exchange.setProperty("type", event.get("type"));
        synchronized (this) {
            if (!seen.add(String.valueOf(event.get("id")))) {
                throw new IllegalArgumentException("duplicate: this event was taken before");
            }
        }
        Map<String, Object> license = new LinkedHashMap<>();
        for (String field : new String[] { "email", "expires" }) {
            if (event.get(field) != null) {
                license.put(field, event.get(field));
            }
        }
        if (event.get("edition") != null) {
            license.put("opts", Map.of("connectorEdition", event.get("edition")));
        }
        exchange.setProperty("email", event.get("email"));
        exchange.setProperty("license", license);
    }

    /** Counts an event that succeeded. */
    public void done(Exchange exchange) {
        account(exchange, String.valueOf(exchange.getMessage().getHeader("CamelIntegratorioOutcome")));
    }

    /** Counts a refused event; the body becomes its dead letter. */
    public void refused(Exchange exchange) throws JsonProcessingException {
        Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        String reason = cause instanceof JsonProcessingException ? "not JSON" : cause.getMessage();
        Map<String, Object> letter = new LinkedHashMap<>();
        letter.put("reason", reason);
        letter.put("event", exchange.getProperty("line"));
        exchange.getMessage().setBody(MAPPER.writeValueAsString(letter));
        synchronized (this) {
            refused++;
        }
        account(exchange, "refused");
    }

    private synchronized void account(Exchange exchange, String outcome) {
        counts.computeIfAbsent(String.valueOf(exchange.getProperty("type")), type -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
        if (++accounted % PROGRESS == 0) {
            console.printf("  %4d events, %d refused%n", accounted, refused);
        }
    }

    /** The whole file was taken. */
    public void finished() {
        finished.countDown();
    }

    CountDownLatch end() {
        return finished;
    }

    /** Whether every one of so many lines was taken, and came to something. */
    synchronized boolean isComplete(long lines) {
        return taken == lines && accounted == lines;
    }

    synchronized int refusals() {
        return refused;
    }

    synchronized Map<String, Map<String, Integer>> counts() {
        return counts;
    }
}
