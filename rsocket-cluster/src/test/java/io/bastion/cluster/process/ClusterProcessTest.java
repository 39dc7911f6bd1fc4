package io.bastion.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.cluster.process.NetworkLab.Kind;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three processes that send each other numbers, and what they have seen after everything has gone wrong that can, one after the
 * other: in network namespaces where that is possible, and on loopback. See {@link HistoryChecker} and {@link
 * LabCluster#checkAtRest} for what must hold after each fault.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "no SIGSTOP")
class ClusterProcessTest {
    static List<Kind> kinds() {
        return NetworkLab.kinds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @Timeout(600)
    void faultsOfEachKind_realProcesses_allPromisesHoldAndTheClusterIsWholeAfterThem(Kind kind) {
        boolean first = kind.equals(kinds().get(0)); // of another kind only what is different there
        try (ClockJump clock = first ? ClockJump.prepared() : ClockJump.NONE;
                LabCluster cluster = new LabCluster(kind.of(3), 3)) {
            cluster.clock(3, clock);
            if (first) {
                startsWhileCutOff(cluster);
                slowLinks(cluster);
                clockJumps(cluster, clock);
                loss(cluster);
                notHeard(cluster);
                standsStill(cluster);
            } else {
                cluster.startAll();
            }
            resets(cluster);
            minorityCutOff(cluster);
            killed(cluster);
        }
    }

    /** What it says of itself at first nobody hears. */
    private static void startsWhileCutOff(LabCluster cluster) {
        cluster.start(1);
        cluster.start(2);
        cluster.lab.cut(List.of(3), List.of(1, 2));
        NodeProcess late = cluster.start(3);
        cluster.await("has started", () -> !late.uid().isEmpty());
        LabCluster.pause(8_000); // until JmDNS has said all that it says by itself
        assertThat(late.view()).as("it is alone: %s", cluster).containsExactly(late.uid());
        cluster.lab.heal();
        cluster.awaitOneView();
        cluster.say("all are there");
    }

    /** Too slow for what is sent: nobody is taken for dead for that. */
    private static void slowLinks(LabCluster cluster) {
        nobodyDies(cluster, "slow links", () -> {
            cluster.lab.rate(10_000);
            cluster.pace(20, 1_000);
            LabCluster.pause(4_000);
            cluster.pace(1, 0);
            cluster.lab.heal();
        });
    }

    private static void clockJumps(LabCluster cluster, ClockJump clock) {
        if (clock.isPossible()) {
            nobodyDies(cluster, "a clock that jumps", () -> {
                for (long seconds : new long[] {3_600, -3_600}) {
                    clock.to(Duration.ofSeconds(seconds));
                    LabCluster.pause(1_500);
                }
            });
        }
    }

    private static void nobodyDies(LabCluster cluster, String what, Runnable fault) {
        Set<String> before = removals(cluster);
        int stalls = stalls(cluster);
        fault.run();
        Set<String> after = removals(cluster);
        if (stalls == stalls(cluster)) {
            assertThat(after).as("removed for %s: %s", what, cluster).isEqualTo(before);
        } else if (!after.equals(before)) {
            cluster.say(what + ": somebody was removed, but the machine is too busy to say why");
        }
        cluster.checkAtRest();
        cluster.say("had " + what);
    }

    private static Set<String> removals(LabCluster cluster) {
        Set<String> removed = new HashSet<>();
        cluster.alive().forEach(node -> removed.addAll(node.removals()));
        return removed;
    }

    private static int stalls(LabCluster cluster) {
        return cluster.alive().stream().mapToInt(NodeProcess::stalls).sum();
    }

    private static void loss(LabCluster cluster) {
        cluster.lab.loss(0.1);
        LabCluster.pause(2_000);
        cluster.lab.heal();
        cluster.checkAtRest();
        cluster.say("had losses");
    }

    private static void resets(LabCluster cluster) {
        if (cluster.lab.reset()) {
            LabCluster.pause(200);
            cluster.lab.reset();
            cluster.checkAtRest();
            cluster.say("was reset");
        }
    }

    private static void minorityCutOff(LabCluster cluster) {
        String before = cluster.node(1).uid();
        cluster.lab.cut(List.of(1), List.of(2, 3));
        cluster.awaitRemoved(before, 2, 3);
        assertThat(cluster.node(1).hasRemoved(cluster.node(2).uid()))
                .as("a minority removes nobody: %s", cluster)
                .isFalse();
        cluster.await("joins anew", () -> !cluster.node(1).uid().equals(before));
        cluster.lab.heal();
        cluster.checkAtRest();
        cluster.say("was cut in two");
    }

    private static void notHeard(LabCluster cluster) {
        String before = cluster.node(2).uid();
        cluster.lab.cut(2, 1);
        cluster.lab.cut(2, 3);
        cluster.awaitRemoved(before, 1, 3);
        cluster.lab.heal();
        cluster.await("joins anew", () -> !cluster.node(2).uid().equals(before));
        cluster.checkAtRest();
        cluster.say("was cut one way");
    }

    private static void standsStill(LabCluster cluster) {
        NodeProcess frozen = cluster.node(3);
        String before = frozen.uid();
        frozen.freeze();
        cluster.awaitRemoved(before, 1, 2);
        assertThat(frozen.uid()).isEqualTo(before);
        frozen.thaw();
        cluster.await("joins anew", () -> !frozen.uid().equals(before));
        cluster.checkAtRest();
        cluster.say("stood still");
    }

    private static void killed(LabCluster cluster) {
        String before = cluster.node(1).uid();
        cluster.kill(1);
        cluster.awaitRemoved(before, 2, 3);
        cluster.start(1);
        cluster.checkAtRest();
        assertThat(cluster.node(1).uid()).isNotEqualTo(before);
        cluster.say("was killed");
    }
}
