package io.bastion.benchmarks;

import io.bastion.benchmarks.contender.Contender;
import io.bastion.benchmarks.work.Group;
import io.bastion.benchmarks.work.Metric;
import io.bastion.benchmarks.work.Series;
import io.bastion.benchmarks.work.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All figures that have been taken so far. Used by one thread. */
final class Results {
    private final Map<Key, List<Double>> values = new TreeMap<>();
    private final List<Double> foreignCores = new ArrayList<>();

    private record Key(Cell cell, Metric metric) implements Comparable<Key> {
        private static final Comparator<Key> ORDER = Comparator.comparing((Key key) -> key.cell.workload())
                .thenComparing(Key::metric)
                .thenComparing(key -> key.cell.contender());

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    void add(Outcome outcome) {
        foreignCores.add(outcome.foreignCores());
        for (Series series : outcome.series()) {
            values.computeIfAbsent(new Key(outcome.cell(), series.metric()), key -> new ArrayList<>())
                    .addAll(series.values());
        }
    }

    Optional<Statistics> statistics(Contender contender, Workload workload, Metric metric) {
        return contender.workloads().contains(workload)
                ? Optional.ofNullable(values.get(new Key(new Cell(contender, workload), metric)))
                        .map(Statistics::of)
                : Optional.empty();
    }

    /** How many times better ours is than the best rival. */
    Optional<Double> timesBetter(Workload workload, Metric metric) {
        Optional<Double> best = List.of(Contender.values()).stream()
                .filter(contender -> contender.isRivalIn(workload.group()))
                .flatMap(contender -> statistics(contender, workload.baseline(), metric).stream())
                .map(Statistics::median)
                .max(metric.moreIsBetter() ? Comparator.naturalOrder() : Comparator.reverseOrder());
        return statistics(Contender.oursIn(workload.group()), workload, metric)
                .flatMap(own -> best.map(other -> metric.timesBetter(own.median(), other)));
    }

    /** How many times better ours is than one other system. */
    Optional<Double> timesBetter(Contender peer, Workload workload, Metric metric) {
        return statistics(Contender.oursIn(workload.group()), workload, metric)
                .flatMap(own -> statistics(peer, workload, metric)
                        .map(other -> metric.timesBetter(own.median(), other.median())));
    }

    /** How many times better ours is at a workload than at another one. */
    Optional<Double> timesOther(Workload workload, Workload other, Metric metric) {
        return statistics(Contender.oursIn(workload.group()), workload, metric)
                .flatMap(own -> statistics(Contender.oursIn(other.group()), other, metric)
                        .map(o -> metric.timesBetter(own.median(), o.median())));
    }

    /** The systems with figures in a group, in their order. */
    List<Contender> contenders(Group group) {
        return values.keySet().stream()
                .filter(key -> key.cell.workload().group() == group)
                .map(key -> key.cell.contender())
                .distinct()
                .sorted()
                .toList();
    }

    /** The workloads of a group with figures of a metric, in their order. */
    List<Workload> workloads(Group group, Metric metric) {
        return values.keySet().stream()
                .filter(key -> key.cell.workload().group() == group && key.metric == metric)
                .map(key -> key.cell.workload())
                .distinct()
                .toList();
    }

    /** How many cores others kept busy meanwhile, over all children; empty when there were none. */
    Optional<Statistics> foreignCores() {
        return foreignCores.isEmpty() ? Optional.empty() : Optional.of(Statistics.of(foreignCores));
    }
}
