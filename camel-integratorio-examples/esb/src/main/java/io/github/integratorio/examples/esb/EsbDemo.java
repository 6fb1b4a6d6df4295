package io.github.integratorio.examples.esb;

import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import jakarta.jms.JMSException;

/** Runs the ESB against an API that loses responses and goes down, kills it between commit and acknowledgement, and verifies the licenses. */
final class EsbDemo {

    private static final int CUSTOMERS = 30;
    private static final int RENEWALS = 15;
    private static final long TIMEOUT = 300_000;

    private final Path directory;
    private final PrintStream console;
    /** The expected licenses at the end: expiry by e-mail address. */
    private final Map<String, Object> expected = new LinkedHashMap<>();

    /**
     * @param directory the broker's data directory; deleted first
     * @param console   receives the output
     */
    EsbDemo(Path directory, PrintStream console) {
        this.directory = directory;
        this.console = console;
    }

    /** Runs the demo; returns 0 if every customer has exactly the license of their last message, else 1. */
    int run() throws Exception {
        clear(directory);
        try (IntegratorioSimulator api = IntegratorioSimulator.builder().anyUser().start()) {
            api.removeUser("nobody@unknown.example");
            String connector = api.addConnector("Shop to Books");
            int port = freePort();
            int sent;
            try (EsbProcess esb = new EsbProcess(api, connector, directory, port)) {
                api.faults().add(Fault.on("POST", ".*/licenses").afterSkipping(4).times(2).resetAfter());
                api.faults().add(Fault.onAny().afterSkipping(30).times(7).status(503));
                // Closed before the broker is killed: closing it later would wait 30 seconds for the broker.
                try (CrmClient crm = esb.connect()) {
                    sent = send(crm);
                }
                print("%d messages sent; integrator.io is embedded at %s. The ESB is process %d.", sent, api.baseUrl(),
                        esb.pid());
                esb.await("the faults", () -> api.faults().armed() == 0);
                print("Two responses to create requests were lost, and the API answered 7 requests with 503.");
                api.faults().add(Fault.on("POST", ".*/licenses").hangAfter());
                esb.await("a creation", () -> api.faults().armed() == 0);
                int done = api.licenses(connector).size();
                esb.kill();
                print("License %d was created; the ESB was killed before it received the response: kill -9 %d.", done,
                        esb.pid());
            }
            try (EsbProcess esb = new EsbProcess(api, connector, directory, port); CrmClient crm = esb.connect()) {
                print("The ESB is restarted as process %d.", esb.pid());
                return report(api, connector, crm, sent);
            }
        }
    }

    private int send(CrmClient crm) throws JMSException {
        int number = 0;
        for (int i = 0; i < CUSTOMERS; i++) {
            number = send(crm, number, "c" + i + "@acme.example", "2099-01-31T12:00:00.000Z");
        }
        crm.send("m" + ++number, "{\"email\":\"nobody@unknown.example\",\"expires\":\"2099-01-31T12:00:00.000Z\"}");
        crm.send("m" + ++number, "{\"email\":\"ann@acme.example\",\"expires\":\"soon\"}");
        crm.send("m" + ++number, "<license/>");
        for (int i = 0; i < RENEWALS; i++) {
            number = send(crm, number, "c" + i + "@acme.example", "2100-01-31T12:00:00.000Z");
        }
        return number;
    }

    private int send(CrmClient crm, int number, String email, String expires) throws JMSException {
        expected.put(email, expires);
        crm.send("m" + (number + 1), "{\"email\":\"" + email + "\",\"expires\":\"" + expires + "\"}");
        return number + 1;
    }

    private int report(IntegratorioSimulator api, String connector, CrmClient crm, int sent) throws JMSException {
        List<CrmClient.Reply> dead = new ArrayList<>();
        Map<String, Integer> outcomes = new LinkedHashMap<>();
        int licensed = 0;
        for (CrmClient.Reply one = crm.receive("licensed", TIMEOUT); one != null; one =
                crm.receive("licensed", licensed + 3 < sent ? TIMEOUT : 500)) {
            outcomes.merge(one.outcome(), 1, Integer::sum);
            licensed++;
        }
        for (CrmClient.Reply one = crm.receive("dead-letters", 500); one != null; one =
                crm.receive("dead-letters", 500)) {
            dead.add(one);
        }
        console.printf("%n%d messages sent, %d licensed %s, %d dead letters:%n", sent, licensed, outcomes, dead.size());
        dead.forEach(one -> console.printf("  %s  %s%n", one.id(), one.reason()));
        List<Map<String, Object>> licenses = api.licenses(connector);
        Map<String, Object> actual = new LinkedHashMap<>();
        licenses.forEach(one -> actual.put((String) ((Map<?, ?>) one.get("user")).get("email"), one.get("expires")));
        boolean correct =
                licensed + dead.size() == sent && licenses.size() == expected.size() && actual.equals(expected);
        console.printf("%n%d licenses for %d customers, %d duplicates. %s%n", licenses.size(), expected.size(),
                licenses.size() - actual.size(), correct ? "Each license matches the last message about it."
                        : "ERROR: the licenses do not match the messages.");
        return correct ? 0 : 1;
    }

    private void print(String text, Object... values) {
        console.printf(text + "%n", values);
    }

    /** Returns a free port below those that the system hands out by itself: while the ESB is down, another process could be given one of these. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(ThreadLocalRandom.current().nextInt(20_000, 32_000))) {
            return socket.getLocalPort();
        }
    }

    private static void clear(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).filter(file -> !file.equals(directory)).toList()) {
                Files.delete(file);
            }
        }
    }
}
