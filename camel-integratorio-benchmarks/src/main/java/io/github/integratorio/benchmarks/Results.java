package io.github.integratorio.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** All that was measured. */
final class Results {

    private final Map<Scenario, Map<Contenders, List<Figures>>> all = new LinkedHashMap<>();
    private final Map<Scenario, Map<Contenders, Map<String, Long>>> requests = new LinkedHashMap<>();
    private final Map<Contenders, Integer> idleThreads = new EnumMap<>(Contenders.class);
    private final Map<String, Map<Contenders, Integer>> heaps = new LinkedHashMap<>();
    private String limited;
    private boolean withinLimits;

    /** A turn of a contender, and what the server counted meanwhile. */
    void add(Scenario scenario, Contenders contender, Figures figures, Map<String, Long> counts) {
        all.computeIfAbsent(scenario, key -> new EnumMap<>(Contenders.class)).computeIfAbsent(contender, key -> new ArrayList<>()).add(figures);
        requests.computeIfAbsent(scenario, key -> new EnumMap<>(Contenders.class)).put(contender, counts);
    }

    /** How many threads a contender has before it has done anything. */
    void idleThreads(Contenders contender, int threads) {
        idleThreads.putIfAbsent(contender, threads);
    }

    int idleThreads(Contenders contender) {
        return idleThreads.getOrDefault(contender, 0);
    }

    /** The least heap, in megabytes, with which something completes. */
    void heap(String what, Contenders contender, int megabytes) {
        heaps.computeIfAbsent(what, key -> new EnumMap<>(Contenders.class)).put(contender, megabytes);
    }

    Optional<Integer> heap(String what, Contenders contender) {
        return Optional.ofNullable(heaps.getOrDefault(what, Map.of()).get(contender));
    }

    Map<String, Map<Contenders, Integer>> heaps() {
        return heaps;
    }

    /** What came of a load against the API's own limits. */
    void limited(double share, double refused) {
        limited = String.format(Locale.ROOT, "%.1f %%, %.2f %% refused", 100 * share, 100 * refused);
        withinLimits = share >= 0.98 && refused < 0.001;
    }

    Optional<String> limited() {
        return Optional.ofNullable(limited);
    }

    boolean isWithinLimits() {
        return withinLimits;
    }

    /** The scenarios in the order they were measured. */
    Iterable<Scenario> scenarios() {
        return all.keySet();
    }

    Map<Contenders, List<Figures>> of(Scenario scenario) {
        return all.get(scenario);
    }

    /** What the server counted in the last turn. */
    Optional<Map<String, Long>> requests(String scenario, Contenders contender) {
        return find(scenario).map(one -> requests.get(one).get(contender));
    }

    private Optional<Scenario> find(String name) {
        return all.keySet().stream().filter(scenario -> scenario.name().equals(name)).findFirst();
    }

    /** The median of a figure of a contender. */
    Optional<Double> median(String scenario, Contenders contender, ToDoubleFunction<Figures> value) {
        return find(scenario).map(one -> all.get(one).get(contender)).map(figures -> median(figures, value));
    }

    static double median(List<Figures> figures, ToDoubleFunction<Figures> value) {
        return median(figures.stream().map(value::applyAsDouble).toList());
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    /** A figure of this component as a multiple of another's, round by round, in order of size; empty when either is not there. */
    List<Double> ratios(String scenario, Contenders other, ToDoubleFunction<Figures> value) {
        return find(scenario).map(all::get)
                .filter(rows -> rows.containsKey(Contenders.INTEGRATORIO) && rows.containsKey(other))
                .map(rows -> ratios(rows.get(Contenders.INTEGRATORIO), rows.get(other), value))
                .orElse(List.of());
    }

    static List<Double> ratios(List<Figures> ours, List<Figures> theirs, ToDoubleFunction<Figures> value) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            ratios.add(value.applyAsDouble(ours.get(i)) / value.applyAsDouble(theirs.get(i)));
        }
        ratios.sort(null);
        return ratios;
    }
}
