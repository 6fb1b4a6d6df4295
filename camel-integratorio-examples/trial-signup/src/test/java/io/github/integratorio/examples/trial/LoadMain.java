package io.github.integratorio.examples.trial;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import io.github.integratorio.simulator.IntegratorioSimulator;

/**
 * A load test with an open workload: sends sign-ups at a constant rate and measures the response times of the page, and at the same time
 * those of direct requests to the simulator. Then repeats this while one address floods the page. The application runs in a separate
 * process with its database in a file.
 */
final class LoadMain {

    private static final int SIGN_UPS_PER_MINUTE = 3_000;
    private static final int FLOOD_PER_MINUTE = 10_000;
    private static final int SUBMITS_PER_MINUTE = 20;
    private static final int WARM_UP_SECONDS = 20;
    private static final int SECONDS = 60;
    private static final int SEE_OTHER = 303;

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final IntegratorioSimulator api = IntegratorioSimulator.builder().anyUser().recordRequests(false).start();
    private final String connector = api.addConnector("Shop to Books");
    private final String direct = api.addConnector("Direct requests");
    private String site;
    private String cookie;
    private String token;
    private int people;

    private LoadMain() {
    }

    /** Runs for two and a half minutes; exit status 1 means that a response was wrong or a license is missing. */
    public static void main(String[] args) throws Exception {
        System.exit(new LoadMain().run() ? 0 : 1);
    }

    private boolean run() throws Exception {
        Process process = app();
        try {
            open(process);
            System.out.printf("%d sign-ups per second%n", SIGN_UPS_PER_MINUTE / 60);
            Load signUps = new Load("sign-up page", SIGN_UPS_PER_MINUTE,
                    () -> signUp(address(people), "person" + people++ + "@acme.example"));
            Load licenses = new Load("simulator", SIGN_UPS_PER_MINUTE, this::license);
            send(WARM_UP_SECONDS, signUps, licenses);
            signUps.forget();
            licenses.forget();
            send(SECONDS, signUps, licenses);
            long behind = untilLicensed();
            signUps.print();
            licenses.print();
            boolean right = signUps.all(SEE_OTHER) && licenses.all(201) && api.licenses(connector).size() == people;
            System.out.printf("%n  %d licenses for %d sign-ups, the last one %d ms after the last response%n",
                    api.licenses(connector).size(), people, behind);

            System.out.printf("%nThe same, with %d additional requests per minute from one address%n",
                    FLOOD_PER_MINUTE);
            signUps.forget();
            Load flood = new Load("flood", FLOOD_PER_MINUTE,
                    () -> signUp("203.0.113.9", "flood" + people + "@acme.example"));
            send(SECONDS, signUps, flood);
            signUps.print();
            flood.print();
            System.out.printf("%n  %d requests of the flood were rejected (429)%n", flood.count(429));
            // The bucket refills during the flood, so at most twice the limit passes.
            return right && signUps.all(SEE_OTHER) && flood.count(429) >= FLOOD_PER_MINUTE - 2 * SUBMITS_PER_MINUTE;
        } finally {
            process.destroyForcibly().waitFor();
            api.close();
        }
    }

    private Process app() throws Exception {
        Path directory = Files.createTempDirectory("trial-signup-load");
        ProcessBuilder builder =
                new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                        "-cp", System.getProperty("java.class.path"), TrialSignupMain.class.getName(), "live");
        builder.environment().putAll(Site.environment(api, connector,
                Map.of("TRIAL_BEHIND_PROXY", "true", "TRIAL_POLL_SECONDS", "60",
                        "TRIAL_SUBMITS_PER_MINUTE", String.valueOf(SUBMITS_PER_MINUTE), "TRIAL_DATABASE_URL",
                        "jdbc:h2:file:" + directory.resolve("load") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE")));
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** Loads the form once; its cookie and token are used for all sign-ups. */
    private void open(Process process) throws Exception {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null && site == null; line = output.readLine()) {
            site = line.contains("sign up") ? line.replaceFirst(".*(http://[^/]*)/.*", "$1") : null;
        }
        HttpResponse<String> page = client.send(HttpRequest.newBuilder(URI.create(site + "/")).build(),
                HttpResponse.BodyHandlers.ofString());
        cookie = page.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
        token = Visitor.token(page.body());
    }

    /** Returns a different address for each person. */
    private static String address(int person) {
        return "10." + (person >> 16) + "." + (person >> 8 & 255) + "." + (person & 255);
    }

    private HttpRequest signUp(String from, String email) {
        return HttpRequest.newBuilder(URI.create(site + "/sign-up"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Cookie", cookie).header("X-Forwarded-For", from)
                .POST(HttpRequest.BodyPublishers
                        .ofString("token=" + token + "&name=Jane+Doe&company=Acme&email=" + email))
                .build();
    }

    private HttpRequest license() {
        return HttpRequest.newBuilder(URI.create(api.baseUrl() + "/connectors/" + direct + "/licenses"))
                .header("Content-Type", "application/json").header("Authorization", "Bearer " + api.token())
                .POST(HttpRequest.BodyPublishers
                        .ofString("{\"email\":\"direct@acme.example\",\"expires\":\"2099-01-01T00:00:00Z\"}"))
                .build();
    }

    /** Sends each load at its rate. */
    private void send(int seconds, Load... loads) {
        long start = System.nanoTime();
        for (Load load : loads) {
            load.next = start + load.pause() / 2;
        }
        long end = start + Duration.ofSeconds(seconds).toNanos();
        while (true) {
            Load first = loads[0];
            for (Load load : loads) {
                first = load.next < first.next ? load : first;
            }
            if (first.next >= end) {
                break;
            }
            first.send();
        }
        for (Load load : loads) {
            load.answers.forEach(CompletableFuture::join);
        }
    }

    private long untilLicensed() {
        long start = System.nanoTime();
        while (api.licenses(connector).size() < people
                && System.nanoTime() - start < Duration.ofSeconds(60).toNanos()) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    /** A response and its latency, measured from the time at which the request was due. */
    private record Answer(int status, long nanos) {
    }

    /** Requests of one kind at a constant rate. */
    private final class Load {

        private final String name;
        private final int perMinute;
        private final Supplier<HttpRequest> request;
        private final List<CompletableFuture<Answer>> answers = new ArrayList<>();
        private long next;

        Load(String name, int perMinute, Supplier<HttpRequest> request) {
            this.name = name;
            this.perMinute = perMinute;
            this.request = request;
        }

        long pause() {
            return Duration.ofMinutes(1).toNanos() / perMinute;
        }

        void send() {
            long due = next;
            next += pause();
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            answers.add(client.sendAsync(request.get(), HttpResponse.BodyHandlers.ofString())
                    .handle((answer, error) -> new Answer(error == null ? answer.statusCode() : 0,
                            System.nanoTime() - due)));
        }

        void forget() {
            answers.clear();
        }

        long count(int status) {
            return answers.stream().filter(answer -> answer.join().status() == status).count();
        }

        boolean all(int status) {
            return count(status) == answers.size();
        }

        void print() {
            Map<Integer, Long> statuses = new TreeMap<>();
            answers.forEach(answer -> statuses.merge(answer.join().status(), 1L, Long::sum));
            long[] sorted = answers.stream().mapToLong(answer -> answer.join().nanos()).sorted().toArray();
            System.out.printf("  %-17s p50 %6.1f ms   p99 %6.1f ms   max %6.1f ms   %s%n", name,
                    sorted[sorted.length / 2] / 1e6,
                    sorted[(int) (sorted.length * .99)] / 1e6, sorted[sorted.length - 1] / 1e6, statuses);
        }
    }
}
