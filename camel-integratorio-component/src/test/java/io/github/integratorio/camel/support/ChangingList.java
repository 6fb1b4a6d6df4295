package io.github.integratorio.camel.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.integratorio.simulator.IntegratorioSimulator;

/** The install base of a connector in the simulator, which changes continuously. It records every version of every row. */
public final class ChangingList implements AutoCloseable {

    private static final int KEYS = 400;
    private static final List<String> NAMES = IntStream.range(0, KEYS).mapToObj(number -> "k" + number).toList();
    private static final int PERIOD_MILLIS = 3;
    /** Sometimes this many rows change at once, because otherwise a state write would be too short to be interrupted. */
    private static final int MANY = 200;

    private final IntegratorioSimulator simulator;
    private final String connector;
    private final Random random;
    private final Set<String> present = new HashSet<>();
    private final ScheduledExecutorService hands = Executors.newSingleThreadScheduledExecutor();
    private ScheduledFuture<?> work;
    private int counter;
    // Guarded by this.
    /** The key of each version, except the first version, which many rows share. */
    private final List<String> owners = new ArrayList<>(List.of(""));
    private final Set<String> oncePlain = new HashSet<>();
    private final Map<String, Integer> absences = new HashMap<>();

    /** Nothing changes before {@link #begin()}. */
    public ChangingList(IntegratorioSimulator simulator, long seed) {
        this.simulator = simulator;
        this.connector = simulator.addConnector("Shop to Books");
        this.random = new Random(seed);
    }

    public String connector() {
        return connector;
    }

    public void begin() {
        work = hands.scheduleWithFixedDelay(() -> change(random.nextInt(50) == 0 ? MANY : 1), 0, PERIOD_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** Stops the changes. */
    public void end() throws Exception {
        hands.shutdown();
        hands.awaitTermination(1, TimeUnit.MINUTES);
        try {
            work.get();
        } catch (java.util.concurrent.CancellationException e) {
            // The executor was shut down; any other failure is a bug of this class.
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private void change(int times) {
        for (int i = 0; i < times; i++) {
            String key = NAMES.get(random.nextInt(KEYS));
            if (random.nextInt(4) == 0 && present.contains(key)) {
                synchronized (this) {
                    absences.merge(key, 1, Integer::sum);
                }
                simulator.removeInstallation(connector, key);
                present.remove(key);
                continue;
            }
            // Sometimes the row returns to its previous version.
            int version = random.nextInt(4) == 0 ? 0 : ++counter;
            synchronized (this) {
                if (version == 0) {
                    oncePlain.add(key);
                } else {
                    owners.add(key);
                }
            }
            simulator.putInstallation(connector, row(key, version));
            present.add(key);
        }
    }

    private static Map<String, Object> row(String key, int version) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("_integrationId", key);
        row.put("version", version);
        row.put("email", key + "@example.com");
        return row;
    }

    synchronized boolean wasEverTrue(Map<String, Object> row) {
        return row.get("_integrationId") instanceof String key && row.get("version") instanceof Integer version
                && row.equals(row(key, version))
                && (version == 0 ? oncePlain.contains(key)
                        : version < owners.size() && owners.get(version).equals(key));
    }

    /** Number of removals of the key. */
    synchronized int absences(String key) {
        return absences.getOrDefault(key, 0);
    }

    /** The current rows of the API by key. */
    public Map<String, Map<String, Object>> rows() {
        Map<String, Map<String, Object>> rows = new TreeMap<>();
        List<Map<String, Object>> list = new ArrayList<>(simulator.installBase(connector));
        list.forEach(row -> rows.put((String) row.get("_integrationId"), row));
        return rows;
    }

    @Override
    public void close() {
        hands.shutdownNow();
    }
}
