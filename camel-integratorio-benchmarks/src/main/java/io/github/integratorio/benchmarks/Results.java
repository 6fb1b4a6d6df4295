package io.github.integratorio.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The results of the whole benchmark. */
final class Results {

    private final Map<Scenario, Map<ContenderType, List<Measurement>>> all = new LinkedHashMap<>();
    private final Map<Scenario, Map<ContenderType, Map<String, Long>>> requests = new LinkedHashMap<>();
    private final Map<ContenderType, Integer> idleThreads = new EnumMap<>(ContenderType.class);
    private final Map<String, Map<ContenderType, Integer>> heaps = new LinkedHashMap<>();
    private final Map<Operation, Limited> limited = new EnumMap<>(Operation.class);

    /** Adds a turn of a contender with the server's request counts of that turn. */
    void add(Scenario scenario, ContenderType contender, Measurement turn, Map<String, Long> counts) {
        all.computeIfAbsent(scenario, key -> new EnumMap<>(ContenderType.class))
                .computeIfAbsent(contender, key -> new ArrayList<>()).add(turn);
        requests.computeIfAbsent(scenario, key -> new EnumMap<>(ContenderType.class)).put(contender, counts);
    }

    /** Sets the number of threads of a contender before its first operation. */
    void idleThreads(ContenderType contender, int threads) {
        idleThreads.putIfAbsent(contender, threads);
    }

    int idleThreads(ContenderType contender) {
        return idleThreads.getOrDefault(contender, 0);
    }

    /** Adds the minimum heap, in megabytes, with which an operation completes; 0 if it does not complete. */
    void heap(String name, ContenderType contender, int megabytes) {
        heaps.computeIfAbsent(name, key -> new EnumMap<>(ContenderType.class)).put(contender, megabytes);
    }

    Optional<Integer> heap(String name, ContenderType contender) {
        return Optional.ofNullable(heaps.getOrDefault(name, Map.of()).get(contender));
    }

    Map<String, Map<ContenderType, Integer>> heaps() {
        return heaps;
    }

    /** Requests under the API's rate limit: the used share of the permitted rate, and the rejected share of the requests. */
    record Limited(double share, double rejected) {

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.1f %%, %.2f %% rejected", 100 * share, 100 * rejected);
        }
    }

    void limited(Operation operation, Limited result) {
        limited.put(operation, result);
    }

    Map<Operation, Limited> limited() {
        return limited;
    }

    /** Returns the scenarios in the order they were measured. */
    Iterable<Scenario> scenarios() {
        return all.keySet();
    }

    Map<ContenderType, List<Measurement>> of(Scenario scenario) {
        return all.get(scenario);
    }

    /** Returns the server's request counts of the last turn. */
    Optional<Map<String, Long>> requests(String scenario, ContenderType contender) {
        return find(scenario).map(one -> requests.get(one).get(contender));
    }

    private Optional<Scenario> find(String name) {
        return all.keySet().stream().filter(scenario -> scenario.name().equals(name)).findFirst();
    }

    /** Returns the median of a measured value of a contender. */
    Optional<Double> median(String scenario, ContenderType contender, ToDoubleFunction<Measurement> value) {
        return find(scenario).map(one -> all.get(one).get(contender)).map(measurements -> median(measurements, value));
    }

    static double median(List<Measurement> measurements, ToDoubleFunction<Measurement> value) {
        return median(measurements.stream().map(value::applyAsDouble).toList());
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    /** Returns this component's ratios to another contender, one per round, ascending; empty if either is missing. */
    List<Double> ratios(String scenario, ContenderType other, ToDoubleFunction<Measurement> value) {
        return find(scenario).map(all::get)
                .filter(rows -> rows.containsKey(ContenderType.INTEGRATORIO) && rows.containsKey(other))
                .map(rows -> ratios(rows.get(ContenderType.INTEGRATORIO), rows.get(other), value))
                .orElse(List.of());
    }

    static List<Double> ratios(List<Measurement> ours, List<Measurement> theirs, ToDoubleFunction<Measurement> value) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            ratios.add(value.applyAsDouble(ours.get(i)) / value.applyAsDouble(theirs.get(i)));
        }
        ratios.sort(null);
        return ratios;
    }
}
