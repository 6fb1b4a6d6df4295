package io.github.integratorio.camel.internal.operation.creation;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimits;
import io.github.integratorio.camel.internal.concurrent.Futures;
import io.github.integratorio.camel.internal.operation.OperationExecutor;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.internal.operation.write.AccountWriteState;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.FaultProxy;
import io.github.integratorio.camel.support.FaultProxy.Behaviour;
import io.github.integratorio.camel.support.FaultProxy.Meeting;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Creates and upserts licenses through two clients of one account, over connections that break at every byte of request and response,
 * before and after the server's commit, with lists that lag, shift and are empty now and then, and compares the outcomes with the
 * licenses of the server. {@code -Dfaults.creates=1000000} sets the number of creates; the default is one round for each lag of the
 * list.
 */
class CreateFaultsTest {

    private static final int CREATES = Integer.getInteger("faults.creates", 2_200);
    private static final Duration SIDE_BY_SIDE = Duration.ofMillis(20);
    private static final int PER_CONNECTOR = 25;
    private static final int USERS = 20;
    /** Each of these users is upserted several times. */
    private static final int UPSERTED_USERS = 5;
    private static final int UPSERTS = 3;
    /** How far the list may lag behind, in seconds. */
    private static final int LONGEST_LAG = 10;
    /** Concurrent creates for several users of several connectors: some are queued. */
    private static final int AT_ONCE = Math.min(1_000, CREATES / (LONGEST_LAG + 1));
    /** A license that is created late and listed late is found if both together take less than this, in milliseconds. */
    private static final int FOUND_WITHIN = 15_000;
    private static final RateLimits LIMITS = new RateLimits(1_000_000, 1_000_000, 64, 1000);

    private VirtualScheduler scheduler;
    private final AtomicInteger posts = new AtomicInteger();
    private final BitSet cutRequests = new BitSet();
    private final BitSet cutAnswers = new BitSet();
    private final AtomicInteger longestRequest = new AtomicInteger();
    private final AtomicInteger longestAnswer = new AtomicInteger();

    private int lag;
    private IntegratorioSimulator simulator;
    private FaultProxy proxy;
    private List<VirtualClient> clients;

    private void start() throws Exception {
        scheduler = new VirtualScheduler(VirtualClient.START);
        simulator = IntegratorioSimulator.builder().anyUser().noRateLimit().recordRequests(false)
                .clock(scheduler.clock()).pageSize(10).offsetPaging(true).newestFirst(true)
                .listLag(Duration.ofSeconds(lag)).start();
        simulator.faults().add(Fault.on("GET", ".*/licenses").every(40).always().emptyList(200));
        proxy = new FaultProxy(simulator.port(), this::behaviour);
        AccountWriteState writes = new AccountWriteState();
        clients = Stream.of(1, 2).map(number -> new VirtualClient(
                VirtualClient.config(proxy.baseUrl(), simulator::token, VirtualClient.RETRY, LIMITS), scheduler,
                writes))
                .toList();
    }

    @AfterEach
    void stop() throws Exception {
        for (VirtualClient client : clients) {
            client.close();
        }
        proxy.close();
        simulator.close();
    }

    private boolean isIdle() {
        return clients.stream().allMatch(VirtualClient::isIdle) && !proxy.isBusy()
                && clients.stream().allMatch(VirtualClient::isIdle);
    }

    private Behaviour behaviour(String request) {
        if (!request.startsWith("POST")) {
            return ThreadLocalRandom.current().nextInt(20) > 0 ? CreateFaultsTest::pass
                    : meeting -> meeting.hangUp(true);
        }
        int number = posts.getAndIncrement();
        boolean reset = number / 20 % 2 == 0;
        return switch (number % 20) {
            case 0 -> CreateFaultsTest::pass;
            case 1 -> meeting -> meeting.answer(number % 3 == 0 ? 503 : 500);
            case 2 -> meeting -> {
                meeting.exchange();
                meeting.answer(504);
            };
            case 3 -> meeting -> {
                meeting.exchange();
                meeting.hangUp(reset);
            };
            case 4, 5 -> meeting -> {
                scheduler.schedule(
                        Duration.ofMillis(number * 37L % Math.min(10_000, FOUND_WITHIN - 1_000 * lag)),
                        meeting::exchangeLate);
                meeting.answer(502);
            };
            case 6 -> meeting -> meeting.answer(429, "Retry-After: 1");
            case 7, 8, 9, 10, 11 -> meeting -> cutRequest(meeting, reset);
            default -> meeting -> cutAnswer(meeting, reset);
        };
    }

    private static void pass(Meeting meeting) throws IOException {
        byte[] answer = meeting.exchange();
        meeting.answer(answer, answer.length);
    }

    /** Cycles through the bytes. */
    private int next(BitSet done, int length) {
        synchronized (done) {
            int first = done.nextClearBit(0);
            if (first < length) {
                done.set(first);
                return first;
            }
            return ThreadLocalRandom.current().nextInt(length);
        }
    }

    private void cutRequest(Meeting meeting, boolean reset) throws IOException {
        longestRequest.accumulateAndGet(meeting.length(), Math::max);
        meeting.deliver(next(cutRequests, meeting.length()));
        meeting.hangUp(reset);
    }

    private void cutAnswer(Meeting meeting, boolean reset) throws IOException {
        byte[] answer = meeting.exchange();
        longestAnswer.accumulateAndGet(answer.length, Math::max);
        meeting.answer(answer, next(cutAnswers, answer.length));
        meeting.hangUp(reset);
    }

    /** A create and its outcome. */
    private record Creation(String connector, String email, boolean upsert, CompletableFuture<OperationResult> future) {
    }

    @Test
    @Covers(86)
    void no_license_is_duplicated_or_lost_or_reported_as_failed_if_it_exists() throws Exception {
        Tally tally = new Tally();
        for (int done = 0; done < CREATES; done += AT_ONCE) {
            lag = done / AT_ONCE % (LONGEST_LAG + 1);
            start();
            List<Creation> creations = begin();
            CompletableFuture<Void> all = CompletableFuture.allOf(creations.stream().map(Creation::future)
                    .map(future -> future.exceptionally(error -> null)).toArray(CompletableFuture[]::new));
            scheduler.pass(all, this::isIdle, SIDE_BY_SIDE);
            scheduler.advance(Duration.ofMinutes(1));
            tally.count(creations);
            stop();
        }
        System.out.println(tally + "; cut at " + cutRequests.cardinality() + " places of the request and "
                + cutAnswers.cardinality() + " of the answer");
        assertEquals(0, tally.doubled, "doubled: " + tally);
        assertEquals(0, tally.lost, "returned, but missing: " + tally);
        assertEquals(0, tally.wronglyFailed, "reported as failed, but existing: " + tally);
        assertTrue(tally.reconciled >= 0.99 * (tally.reconciled + tally.unresolved),
                "too few creates were reconciled: " + tally);
        assertTrue(tally.created > 0 && tally.reconciled > 0 && tally.ambiguous > 0, "" + tally);
        assertEquals(longestRequest.get(), cutRequests.cardinality(), "every byte of the request");
        assertEquals(longestAnswer.get(), cutAnswers.cardinality(), "every byte of the answer");
    }

    private List<Creation> begin() {
        List<Creation> creations = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i += PER_CONNECTOR) {
            String connector = simulator.addConnector("Shop");
            for (int j = 0; j < PER_CONNECTOR; j++) {
                String email = "user" + j % USERS + "@example.com";
                // Some create the same license twice: each must get its own.
                String expires = j % 2 == 0 ? "2027-01-31T12:00:00.000Z" : "2027-02-28T12:00:00.000Z";
                Map<String, Object> license =
                        Map.of("email", email, "expires", expires, "opts", Map.of("connectorEdition", "standard"));
                creations.add(new Creation(connector, email, false,
                        client(j).createLicense(request(ApiMethod.CREATE_LICENSE, connector, license))));
            }
            for (int j = 0; j < UPSERTED_USERS * UPSERTS; j++) {
                String email = "upserted" + j % UPSERTED_USERS + "@example.com";
                Map<String, Object> license = Map.of("email", email, "expires", "2027-01-31T12:00:00.000Z");
                creations.add(
                        new Creation(connector, email, true, client(j).upsert(request(null, connector, license))));
            }
        }
        return creations;
    }

    private OperationExecutor client(int number) {
        return clients.get(number % clients.size()).provisioning;
    }

    private OperationRequest request(ApiMethod call, String connector, Map<String, Object> license) {
        return new OperationRequest(call, connector, null, null, false, null, List.of(license), false, false, false,
                CallContext.begin(scheduler, VirtualClient.RETRY.operationTimeout()));
    }

    /** Compares the outcomes with the licenses of the server. */
    private final class Tally {
        private int created;
        private int reconciled;
        private int ambiguous;
        private int failed;
        private int unresolved;
        private int doubled;
        private int lost;
        private int wronglyFailed;

        void count(List<Creation> creations) {
            Map<String, List<Creation>> byUser = new HashMap<>();
            creations.forEach(
                    one -> byUser.computeIfAbsent(one.connector() + one.email(), key -> new ArrayList<>()).add(one));
            byUser.values().forEach(this::countUser);
        }

        private void countUser(List<Creation> creations) {
            String email = creations.get(0).email();
            Set<Object> there = new HashSet<>();
            simulator.licenses(creations.get(0).connector()).stream()
                    .filter(row -> email.equals(((Map<?, ?>) row.get("user")).get("email")))
                    .forEach(row -> there.add(row.get("_id")));
            int licenses = there.size();
            Set<Object> returned = new HashSet<>();
            int unsure = 0;
            for (Creation creation : creations) {
                try {
                    OperationResult result = creation.future().join();
                    if (result.outcomes().contains(WriteOutcome.RECONCILED)) {
                        reconciled++;
                    } else {
                        created++;
                    }
                    Object id = ((Map<?, ?>) result.value()).get("_id");
                    // Upserts of one user return the same license, creations never.
                    if (!there.remove(id) && !(creation.upsert() && returned.contains(id))) {
                        lost++;
                    }
                    returned.add(id);
                } catch (CompletionException e) {
                    if (Futures.unwrap(e) instanceof IntegratorioAmbiguousOutcomeException) {
                        unsure++;
                    } else {
                        failed++;
                    }
                }
            }
            // The remaining licenses were returned to no caller: they must belong to ambiguous creates.
            ambiguous += unsure;
            unresolved += Math.min(unsure, there.size());
            int unexplained = Math.max(0, there.size() - unsure);
            if (creations.get(0).upsert()) {
                doubled += Math.max(0, licenses - 1);
            } else if (creations.size() < there.size()) {
                doubled += unexplained;
            } else {
                wronglyFailed += unexplained;
            }
        }

        @Override
        public String toString() {
            return created + " created, " + reconciled + " found, " + ambiguous + " not known (" + unresolved
                    + " of them there), "
                    + failed + " failed; " + doubled + " doubled, " + lost + " lost, " + wronglyFailed
                    + " there though said to have failed";
        }
    }
}
