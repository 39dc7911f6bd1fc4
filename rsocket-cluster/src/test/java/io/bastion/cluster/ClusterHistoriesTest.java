package io.bastion.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What nodes have seen after anything may have gone wrong: all views are one in the end, nobody comes back from the dead, and each
 * node has been told everything once. Of whom a node has seen die the others hear if it lives long enough to tell.
 */
class ClusterHistoriesTest {
    private static final int NODES = 5;
    private static final int FAULTS = 6;

    /** As many histories as there is time for, but a few at least; {@code -Dbastion.histories.seconds} gives more. */
    private static final Duration BUDGET = Duration.ofSeconds(Integer.getInteger("bastion.histories.seconds", 4));

    private static final int LEAST = 3;

    private final List<String> faults = new ArrayList<>();

    @Test
    @Timeout(600)
    void faults_ofAllKinds_viewsAreOneAfterThem() {
        long first = Long.getLong("bastion.seed", System.nanoTime());
        long end = System.nanoTime() + BUDGET.toNanos();
        for (int i = 0; i < LEAST || System.nanoTime() < end; i++) {
            long seed = first + i;
            try {
                history(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dbastion.seed=" + seed + ": " + faults, e);
            }
        }
    }

    private void history(long seed) {
        faults.clear();
        try (Lab lab = new Lab(seed)) {
            lab.cluster(NODES);
            Set<LabNode> all = new HashSet<>(lab.nodes());
            List<LabNode> frozen = new ArrayList<>();
            for (int i = 0; i < FAULTS; i++) {
                fault(lab, frozen);
                all.addAll(lab.nodes());
                lab.run(Duration.ofMillis(lab.random.nextInt(lab.random.nextBoolean() ? 1_000 : 20_000)));
            }
            faults.add("end");
            frozen.forEach(lab::thaw);
            lab.network.heal();
            for (int i = 1; i <= NODES; i++) {
                String address = Lab.address(i);
                if (lab.nodes().stream().noneMatch(node -> node.address.equals(address))) {
                    all.add(lab.start(i));
                }
            }
            lab.until("all views are one", Duration.ofMinutes(3), lab::converged);
            lab.run(Duration.ofMinutes(1));
            assertThat(lab.converged()).as("views stay as they are\n%s", lab).isTrue();
            all.forEach(LabNode::check);
        }
    }

    private void fault(Lab lab, List<LabNode> frozen) {
        Random random = lab.random;
        List<LabNode> nodes = new ArrayList<>(lab.nodes());
        Collections.shuffle(nodes, random);
        LabNode one = nodes.get(0);
        switch (random.nextInt(8)) {
            case 0 -> {
                if (nodes.size() > 2) {
                    faults.add("crash " + one.address);
                    frozen.remove(one);
                    lab.crash(one);
                }
            }
            case 1 -> {
                int size = 1 + random.nextInt(Math.max(1, nodes.size() - 1));
                faults.add("partition "
                        + nodes.subList(0, size).stream()
                                .map(node -> node.address)
                                .toList());
                lab.partition(nodes.subList(0, size), nodes.subList(size, nodes.size()));
            }
            case 2 -> {
                LabNode other = nodes.get(nodes.size() - 1);
                faults.add("cut " + one.address + " to " + other.address);
                lab.network.cut(one.address, other.address);
            }
            case 3 -> {
                faults.add("deaf " + one.address);
                nodes.stream().filter(node -> node != one).forEach(node -> lab.network.cut(node.address, one.address));
            }
            case 4 -> {
                faults.add("freeze " + one.address);
                if (!frozen.contains(one)) {
                    frozen.add(one);
                    lab.freeze(one);
                }
            }
            case 5 -> {
                faults.add("thaw");
                frozen.forEach(lab::thaw);
                frozen.clear();
            }
            case 6 -> {
                if (nodes.size() > 2 && one.isStarted() && !frozen.contains(one)) {
                    faults.add("leave " + one.address);
                    lab.leave(one);
                }
            }
            default -> {
                faults.add("heal");
                lab.network.heal();
            }
        }
    }
}
