package io.bastion.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.cluster.process.NetworkLab.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Rounds of faults at random for {@code -Dbastion.lab.minutes}, after each of which all promises hold; and memory does not grow from
 * round to round. {@code -Dbastion.lab.kind=loopback} does without network namespaces, {@code -Dbastion.seed} repeats a run's
 * faults.
 */
@EnabledIfSystemProperty(named = "bastion.lab.minutes", matches = "[1-9][0-9]*")
class ClusterLongRunTest {
    private static final int NODES = 5;

    /** These are never killed: their memory is what is looked at. */
    private static final Set<Integer> SPARED = Set.of(4, 5);

    private static final int CLOCK = 5;
    private static final int WARM_UP = 3;

    private final Random random = new Random();
    private final Set<Integer> frozen = new HashSet<>();
    private final Map<NodeProcess, List<long[]>> memory = new HashMap<>();

    @Test
    void faults_atRandomForMinutes_allPromisesHoldAndMemoryIsFlat() {
        long seed = Long.getLong("bastion.seed", System.nanoTime());
        random.setSeed(seed);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Long.getLong("bastion.lab.minutes", 1));
        List<Kind> kinds = NetworkLab.kinds();
        String wanted = System.getProperty("bastion.lab.kind", kinds.get(0).name());
        Kind kind = kinds.stream()
                .filter(k -> k.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "bastion.lab.kind: " + wanted + " (expected: one of " + kinds + ")"));
        try (ClockJump clock = ClockJump.prepared();
                LabCluster cluster = new LabCluster(kind.of(NODES), NODES)) {
            cluster.say("-Dbastion.seed=" + seed);
            cluster.clock(CLOCK, clock);
            cluster.startAll();
            for (int round = 1; System.nanoTime() - end < 0; round++) {
                round(cluster, clock, round);
            }
            memory.forEach(this::checkFlat);
        } catch (AssertionError e) {
            throw new AssertionError("-Dbastion.seed=" + seed, e);
        }
    }

    private void round(LabCluster cluster, ClockJump clock, int round) {
        List<String> faults = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            faults.add(fault(cluster, clock));
            LabCluster.pause(random.nextInt(random.nextBoolean() ? 1_000 : 6_000));
        }
        cluster.say("round " + round + ": " + faults);
        frozen.forEach(number -> cluster.node(number).thaw());
        frozen.clear();
        cluster.lab.heal();
        cluster.pace(1, 0);
        for (int number = 1; number <= NODES; number++) {
            if (!cluster.numbers().contains(number)) {
                cluster.start(number);
            }
        }
        cluster.checkAtRest();
        cluster.memory()
                .forEach((node, sample) ->
                        memory.computeIfAbsent(node, n -> new ArrayList<>()).add(sample));
    }

    private String fault(LabCluster cluster, ClockJump clock) {
        List<Integer> some = new ArrayList<>(cluster.numbers());
        Collections.shuffle(some, random);
        int one = some.get(0);
        switch (random.nextInt(10)) {
            case 0 -> {
                int size = 1 + random.nextInt(some.size() - 1);
                cluster.lab.cut(some.subList(0, size), some.subList(size, some.size()));
                return "cut " + some.subList(0, size);
            }
            case 1 -> {
                some.stream().filter(other -> other != one).forEach(other -> cluster.lab.cut(other, one));
                return "deaf " + one;
            }
            case 2 -> {
                some.stream().filter(other -> other != one).forEach(other -> cluster.lab.cut(one, other));
                return "mute " + one;
            }
            case 3 -> {
                cluster.lab.cut(List.of(one), List.of(some.get(1)));
                return "cut " + one + " from " + some.get(1);
            }
            case 4 -> {
                double share = 0.05 + 0.15 * random.nextDouble();
                cluster.lab.loss(share);
                return "loss " + Math.round(100 * share) + " %";
            }
            case 5 -> {
                int kilobits = 8_000 + random.nextInt(20_000);
                cluster.lab.rate(kilobits);
                some.stream()
                        .filter(number -> !frozen.contains(number))
                        .forEach(number -> cluster.node(number).command("pace 20 1000"));
                return kilobits + " kbit/s and much to send";
            }
            case 6 -> {
                if (frozen.add(one)) {
                    cluster.node(one).freeze();
                }
                return "freeze " + one;
            }
            case 7 -> {
                return kill(cluster, one);
            }
            case 8 -> {
                return cluster.lab.reset() ? "reset" : kill(cluster, one);
            }
            default -> {
                Duration ahead = Duration.ofSeconds(random.nextInt(20_000) - 10_000);
                clock.to(ahead);
                return clock.isPossible() ? "clock " + ahead : "nothing";
            }
        }
    }

    private String kill(LabCluster cluster, int one) {
        if (SPARED.contains(one) || cluster.numbers().size() < NODES) {
            return "nothing";
        }
        frozen.remove(one);
        cluster.kill(one);
        if (random.nextBoolean()) {
            cluster.start(one);
            return "kill and start " + one;
        }
        return "kill " + one;
    }

    /** Heap, direct buffers and threads of the last rounds are about those of the first, but for what a process is warm after. */
    private void checkFlat(NodeProcess node, List<long[]> samples) {
        int third = (samples.size() - WARM_UP) / 3;
        if (third < 2) {
            return;
        }
        for (int kind = 0; kind < 3; kind++) {
            long before = median(samples.subList(WARM_UP, WARM_UP + third), kind);
            long after = median(samples.subList(samples.size() - third, samples.size()), kind);
            System.out.println("node " + node.number + " after " + samples.size() + " rounds, "
                    + List.of("KiB of heap", "KiB of direct buffers", "threads").get(kind) + ": " + before
                    + ", at the end "
                    + after);
            assertThat(after)
                    .as("memory of %s", node)
                    .isLessThanOrEqualTo(before + before / 4 + (kind == 2 ? 4 : 2_048));
        }
    }

    private static long median(List<long[]> samples, int kind) {
        long[] sorted =
                samples.stream().mapToLong(sample -> sample[kind]).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
