package io.bastion.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.cluster.ClusterEvent.Cause;
import io.bastion.cluster.ClusterEvent.MemberReachable;
import io.bastion.cluster.ClusterEvent.MemberRemoved;
import io.bastion.cluster.ClusterEvent.MemberUp;
import io.bastion.cluster.ClusterEvent.QuorumLost;
import io.bastion.cluster.ClusterEvent.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nodes see of each other when something goes wrong; in virtual time. */
@Timeout(60)
class ClusterLabTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Lab lab = new Lab(1);

    @AfterEach
    void close() {
        lab.nodes().forEach(LabNode::check);
        lab.close();
    }

    private static List<LabNode> others(List<LabNode> nodes, LabNode... without) {
        List<LabNode> rest = new ArrayList<>(nodes);
        rest.removeAll(List.of(without));
        return rest;
    }

    @Test
    void nodes_startedOneByOne_areMembersOfOneCluster() {
        List<LabNode> nodes = lab.cluster(5);
        for (LabNode node : nodes) {
            assertThat(node.cluster().members())
                    .hasSize(5)
                    .first()
                    .isEqualTo(node.cluster().self());
            assertThat(node.history(MemberUp.class)).hasSize(5);
            assertThat(node.rejoins()).isEmpty();
        }
    }

    @Test
    void nodes_startedAtOnce_areMembersOfOneCluster() {
        for (int i = 1; i <= 5; i++) {
            lab.start(i);
        }
        lab.until("all are members", MINUTE, lab::converged);
        lab.run(MINUTE);
        assertThat(lab.nodes()).allSatisfy(node -> assertThat(node.rejoins()).isEmpty());
    }

    @Test
    void node_leaves_othersSeeItLeaveAtOnce() {
        List<LabNode> nodes = lab.cluster(5);
        LabNode leaver = nodes.get(2);
        long uid = leaver.uid();
        lab.leave(leaver);
        Duration took = lab.until("all know", MINUTE, lab::converged);
        assertThat(took).isLessThan(Duration.ofSeconds(1));
        lab.run(MINUTE);
        assertThat(leaver.completed).isTrue();
        assertThat(lab.nodes()).allSatisfy(node -> {
            assertThat(node.removals(uid)).containsExactly(Reason.LEFT);
            assertThat(node.rejoins()).isEmpty();
        });
    }

    @Test
    void node_leavesWhileOneCannotReachIt_thatOneHearsOfItFromTheOthers() {
        List<LabNode> nodes = lab.cluster(5);
        LabNode leaver = nodes.get(2);
        LabNode apart = nodes.get(4);
        long uid = leaver.uid();
        lab.partition(List.of(leaver), List.of(apart));
        lab.run(Duration.ofSeconds(2));
        lab.leave(leaver);
        Duration took = lab.until("all know", MINUTE, lab::converged);
        assertThat(took).isLessThan(Duration.ofSeconds(1));
        assertThat(apart.removals(uid)).containsExactly(Reason.LEFT);
    }

    @Test
    void node_crashes_isUnreachableAtOnceAndRemovedWithinSeconds() {
        List<LabNode> nodes = lab.cluster(5);
        LabNode dead = nodes.get(0);
        long uid = dead.uid();
        lab.crash(dead);
        lab.run(Duration.ofMillis(200));
        assertThat(lab.nodes()).allSatisfy(node -> {
            assertThat(node.hasSeenUnreachable(uid)).isTrue();
            assertThat(node.removals(uid)).isEmpty();
        });
        Duration took = lab.until("all know", MINUTE, lab::converged);
        assertThat(took).isLessThan(Duration.ofSeconds(8));
        assertThat(lab.nodes())
                .allSatisfy(node -> assertThat(node.removals(uid)).containsExactly(Reason.DEAD));
    }

    @Test
    void node_crashesAndIsStartedAnew_isAnotherMember() {
        List<LabNode> nodes = lab.cluster(3);
        long uid = nodes.get(2).uid();
        lab.crash(nodes.get(2));
        lab.start(3);
        lab.until("all are members", MINUTE, lab::converged);
        assertThat(lab.nodes().get(0).removals(uid)).containsExactly(Reason.DEAD);
    }

    @Test
    void minority_isCutOff_losesItsQuorumAndJoinsAnewAfterTheHeal() {
        List<LabNode> nodes = lab.cluster(5);
        List<LabNode> minority = List.of(nodes.get(0), nodes.get(1));
        List<LabNode> majority = others(nodes, nodes.get(0), nodes.get(1));
        List<Long> before = minority.stream().map(LabNode::uid).toList();
        lab.partition(minority, majority);

        lab.until("the majority is among itself", MINUTE, () -> lab.agree(majority));
        assertThat(majority)
                .allSatisfy(node -> assertThat(node.cluster().hasQuorum()).isTrue());
        lab.until(
                "the minority knows",
                MINUTE,
                () -> minority.stream().noneMatch(node -> node.cluster().hasQuorum()));
        lab.run(MINUTE);
        assertThat(minority).allSatisfy(node -> {
            assertThat(node.cluster().hasQuorum()).isFalse();
            assertThat(node.history(QuorumLost.class)).hasSize(1);
            assertThat(node.rejoins())
                    .singleElement()
                    .satisfies(e -> assertThat(e.cause()).isEqualTo(Cause.QUORUM_LOST));
        });
        assertThat(lab.agree(minority)).isTrue();

        lab.network.heal();
        lab.until("all are members", MINUTE, lab::converged);
        assertThat(minority).allSatisfy(node -> assertThat(before).doesNotContain(node.uid()));
        assertThat(majority).allSatisfy(node -> {
            assertThat(node.rejoins()).isEmpty();
            before.forEach(uid -> assertThat(node.removals(uid)).containsExactly(Reason.DEAD));
        });
    }

    @Test
    void cut_ofTwoSeconds_changesNothing() {
        List<LabNode> nodes = lab.cluster(5);
        lab.partition(List.of(nodes.get(4)), others(nodes, nodes.get(4)));
        lab.run(Duration.ofSeconds(2));
        lab.network.heal();
        lab.run(MINUTE);
        assertThat(lab.converged()).isTrue();
        assertThat(nodes)
                .allSatisfy(
                        node -> assertThat(node.history(MemberRemoved.class)).isEmpty());
    }

    @Test
    void evenHalves_areCutOff_neitherHasAQuorumAndAllMeetAfterTheHeal() {
        List<LabNode> nodes = lab.cluster(4);
        lab.partition(nodes.subList(0, 2), nodes.subList(2, 4));
        lab.run(MINUTE);
        assertThat(nodes).noneMatch(node -> node.cluster().hasQuorum());
        lab.network.heal();
        lab.until("all are members", MINUTE, lab::converged);
    }

    @Test
    void twoNodes_areCutOff_bothGoOnAndMeetAfterTheHeal() {
        List<LabNode> nodes = lab.cluster(2);
        lab.partition(nodes.subList(0, 1), nodes.subList(1, 2));
        lab.run(MINUTE);
        assertThat(nodes)
                .allMatch(node ->
                        node.cluster().hasQuorum() && node.cluster().members().size() == 1);
        lab.network.heal();
        lab.until("both are members", MINUTE, lab::converged);
        assertThat(nodes).anyMatch(node -> !node.rejoins().isEmpty());
    }

    @Test
    void node_thatIsHeardAndHearsNothing_isRemovedByAllAndJoinsAnew() {
        List<LabNode> nodes = lab.cluster(5);
        LabNode deaf = nodes.get(3);
        long uid = deaf.uid();
        others(nodes, deaf).forEach(node -> lab.network.cut(node.address, deaf.address));
        lab.run(MINUTE);
        assertThat(lab.agree(others(nodes, deaf))).isTrue();
        lab.network.heal();
        lab.until("all are members", MINUTE, lab::converged);
        assertThat(deaf.uid()).isNotEqualTo(uid);
        assertThat(others(nodes, deaf))
                .allSatisfy(node -> assertThat(node.rejoins()).isEmpty());
    }

    @Test
    void twoNodes_cannotReachEachOtherButTheOthersCan_allStayMembers() {
        List<LabNode> nodes = lab.cluster(5);
        lab.partition(List.of(nodes.get(0)), List.of(nodes.get(1)));
        lab.run(MINUTE);
        assertThat(lab.converged()).isTrue();
        assertThat(nodes.get(0).hasSeenUnreachable(nodes.get(1).uid())).isTrue();
        lab.network.heal();
        lab.until(
                "they see each other",
                MINUTE,
                () -> nodes.get(0).history(MemberReachable.class).findAny().isPresent());
        assertThat(nodes)
                .allSatisfy(
                        node -> assertThat(node.history(MemberRemoved.class)).isEmpty());
    }

    @Test
    void node_isFrozenForAMinute_knowsThatItWasRemovedWhenItAwakes() {
        List<LabNode> nodes = lab.cluster(5);
        LabNode frozen = nodes.get(1);
        long uid = frozen.uid();
        lab.freeze(frozen);
        lab.run(MINUTE);
        assertThat(lab.agree(others(nodes, frozen))).isTrue();
        assertThat(frozen.rejoins()).isEmpty();
        assertThat(nodes.get(0).removals(uid)).containsExactly(Reason.DEAD);

        lab.thaw(frozen);
        lab.until("it knows", Duration.ofSeconds(5), () -> !frozen.rejoins().isEmpty());
        assertThat(frozen.rejoins().get(0).cause()).isEqualTo(Cause.REMOVED);
        lab.until("all are members", MINUTE, lab::converged);
        assertThat(frozen.uid()).isNotEqualTo(uid);
        assertThat(others(nodes, frozen))
                .allSatisfy(node -> assertThat(node.rejoins()).isEmpty());
    }

    @Test
    void node_isFrozenForTwoSeconds_goesOn() {
        List<LabNode> nodes = lab.cluster(3);
        lab.freeze(nodes.get(1));
        lab.run(Duration.ofSeconds(2));
        lab.thaw(nodes.get(1));
        lab.run(MINUTE);
        assertThat(lab.converged()).isTrue();
        assertThat(nodes)
                .allSatisfy(
                        node -> assertThat(node.history(MemberRemoved.class)).isEmpty());
    }

    @Test
    void twoClusters_hearOfEachOther_becomeOne() {
        for (int i = 1; i <= 3; i++) {
            lab.start(i, ClusterConfig.named("lab").seeds(Lab.address(1)));
        }
        for (int i = 4; i <= 6; i++) {
            lab.start(i, ClusterConfig.named("lab").seeds(Lab.address(4)));
        }
        lab.run(MINUTE);
        assertThat(lab.nodes()).allMatch(node -> node.cluster().members().size() == 3);
        lab.start(7, ClusterConfig.named("lab").seeds(Lab.address(2), Lab.address(5)));
        lab.until("all are members", MINUTE, lab::converged);
        assertThat(lab.nodes()).allSatisfy(node -> assertThat(node.rejoins()).isEmpty());
    }

    @Test
    void newNode_joinsAMinority_givesItNoQuorum() {
        List<LabNode> nodes = new ArrayList<>(lab.cluster(5));
        List<LabNode> minority = new ArrayList<>(nodes.subList(0, 2));
        List<LabNode> majority = nodes.subList(2, 5);
        lab.partition(minority, majority);
        lab.run(MINUTE);
        majority.forEach(node -> {
            lab.network.cut(Lab.address(6), node.address);
            lab.network.cut(node.address, Lab.address(6));
        });
        minority.add(lab.start(6));
        lab.run(MINUTE);
        assertThat(lab.agree(minority)).isTrue();
        assertThat(minority).noneMatch(node -> node.cluster().hasQuorum());
        lab.network.heal();
        lab.until("all are members", MINUTE, lab::converged);
    }

    @Test
    void minimumQuorum_isNotReached_thereIsNoneUntilItIs() {
        for (int i = 1; i <= 2; i++) {
            lab.start(i, ClusterConfig.named("lab").seeds(Lab.address(1)).minimumQuorum(3));
        }
        lab.run(MINUTE);
        assertThat(lab.nodes()).noneMatch(node -> node.cluster().hasQuorum());
        assertThat(lab.agree(lab.nodes())).isTrue();
        lab.start(3, ClusterConfig.named("lab").seeds(Lab.address(1)).minimumQuorum(3));
        lab.until("all are members", MINUTE, lab::converged);
    }

    @Test
    void node_advertisesAnotherPortThanItListensOn_listensWhereItDidWhenItJoinsAnew() {
        List<LabNode> others = lab.cluster(2);
        LabNode node =
                lab.start(3, ClusterConfig.named("lab").seeds(Lab.address(1)).advertised("n3", 7));
        lab.until("all are members", MINUTE, lab::converged);
        lab.partition(List.of(node), others);
        lab.until("it joins anew", MINUTE, () -> !node.rejoins().isEmpty());
        lab.network.heal();
        lab.until("all are members again", MINUTE, lab::converged);
        assertThat(node.cluster().self().port()).isEqualTo(7);
        assertThat(lab.ports).hasSizeGreaterThan(3).containsOnly(1);
    }

    @Test
    void subscriber_comesLate_hearsOfTheMembersFirst() {
        List<LabNode> nodes = lab.cluster(3);
        lab.crash(nodes.get(2));
        lab.run(Duration.ofMillis(500));
        List<ClusterEvent> late = new ArrayList<>();
        nodes.get(0).cluster().events().subscribe(late::add);
        lab.until("the dead one is removed", MINUTE, lab::converged);
        assertThat(late.subList(0, 3)).allMatch(MemberUp.class::isInstance);
        assertThat(late).last().isInstanceOf(MemberRemoved.class);
        assertThat(late).hasSize(5); // unreachable, too
    }
}
