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
import java.util.stream.Stream;

import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import jakarta.jms.JMSException;

/** An ESB that loses answers, meets an API that is down, and is killed at the worst moment; and what is there in the end. */
final class EsbDemo {

    private static final int CUSTOMERS = 30;
    private static final int RENEWALS = 15;
    private static final long PATIENCE = 300_000;

    private final Path directory;
    private final PrintStream console;
    /** What each license must come to in the end: expiry by e-mail. */
    private final Map<String, Object> expected = new LinkedHashMap<>();

    /**
     * @param directory of the broker; what is in it from an earlier demo is deleted
     * @param console   gets all that is said
     */
    EsbDemo(Path directory, PrintStream console) {
        this.directory = directory;
        this.console = console;
    }

    /** Plays it; 0 only when every customer has the one license that the last message said. */
    int run() throws Exception {
        empty(directory);
        try (IntegratorioSimulator api = IntegratorioSimulator.builder().anyUser().start()) {
            api.removeUser("nobody@unknown.example");
            String connector = api.addConnector("Shop to Books");
            int port = freePort();
            int sent;
            try (EsbProcess esb = new EsbProcess(api, connector, directory, port); CrmClient crm = esb.connect()) {
                api.faults().add(Fault.on("POST", ".*/licenses").afterSkipping(4).times(2).resetAfter());
                api.faults().add(Fault.onAny().afterSkipping(30).times(12).status(503));
                sent = send(crm);
                say("%d messages for an embedded integrator.io, %s. The ESB is process %d.", sent, api.baseUrl(), esb.pid());
                esb.await("the faults", () -> api.faults().armed() == 0);
                say("The answers to two creations were lost, and the API answered 12 requests with 503.");
                api.faults().add(Fault.on("POST", ".*/licenses").hangAfter());
                esb.await("a creation", () -> api.faults().armed() == 0);
                int done = api.licenses(connector).size();
                esb.kill();
                say("It was killed when license %d was made and the ESB did not know it yet: kill -9 %d.", done, esb.pid());
            }
            try (EsbProcess esb = new EsbProcess(api, connector, directory, port); CrmClient crm = esb.connect()) {
                say("It is there again, as process %d.", esb.pid());
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
        List<CrmClient.Answer> dead = new ArrayList<>();
        Map<String, Integer> outcomes = new LinkedHashMap<>();
        int answered = 0;
        for (CrmClient.Answer one = crm.take("licensed", PATIENCE); one != null; one = crm.take("licensed", answered + 3 < sent ? PATIENCE : 500)) {
            outcomes.merge(one.outcome(), 1, Integer::sum);
            answered++;
        }
        for (CrmClient.Answer one = crm.take("dead-letters", 500); one != null; one = crm.take("dead-letters", 500)) {
            dead.add(one);
        }
        console.printf("%n%d messages sent, %d answered %s, %d dead letters:%n", sent, answered, outcomes, dead.size());
        dead.forEach(one -> console.printf("  %s  %s%n", one.id(), one.reason()));
        List<Map<String, Object>> licenses = api.licenses(connector);
        Map<String, Object> there = new LinkedHashMap<>();
        licenses.forEach(one -> there.put((String) ((Map<?, ?>) one.get("user")).get("email"), one.get("expires")));
        boolean right = answered + dead.size() == sent && licenses.size() == expected.size() && there.equals(expected);
        console.printf("%n%d licenses for %d customers, %d too many. %s%n", licenses.size(), expected.size(),
                licenses.size() - there.size(), right ? "Each is what the last message about it said." : "WRONG");
        return right ? 0 : 1;
    }

    private void say(String text, Object... values) {
        console.printf(text + "%n", values);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void empty(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).filter(file -> !file.equals(directory)).toList()) {
                Files.delete(file);
            }
        }
    }
}
