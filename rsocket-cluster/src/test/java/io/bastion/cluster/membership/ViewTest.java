package io.bastion.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.membership.MembershipEvent.Quorum;
import io.bastion.cluster.membership.Tombstones.Tombstone;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ViewTest {
    private final List<MembershipEvent> events = new ArrayList<>();
    private final Tombstones tombstones = new Tombstones();
    private final View view = view(1, Set.of());

    private View view(int minimum, Set<Long> reference) {
        return new View(peer(1).node(), minimum, reference, tombstones, events::add);
    }

    private static Peer peer(int number) {
        return peer(number, number);
    }

    private static Peer peer(int host, int uid) {
        return new Peer(new NodeId("h" + host, 1, uid), "p" + host, Set.of(), Map.of());
    }

    private void join(View to, int... numbers) {
        for (int number : numbers) {
            to.joined(peer(number));
        }
    }

    private static Tombstone tombstone(int number, Removal reason) {
        return new Tombstone(peer(number).node(), reason);
    }

    @Test
    void quorum_isHalf_isNone() {
        join(view, 2, 3, 4);
        view.unreachable(2);
        assertThat(view.hasQuorum()).isTrue();
        view.unreachable(3);
        assertThat(view.hasQuorum()).isFalse();
        view.reachable(2);
        assertThat(events).filteredOn(Quorum.class::isInstance).containsExactly(new Quorum(false), new Quorum(true));
    }

    @Test
    void quorum_twoNodes_oneIsEnough() {
        join(view, 2);
        view.dead(2);
        assertThat(view.hasQuorum()).isTrue();
    }

    @Test
    void quorum_minimum_isNotLessThanThat() {
        View careful = view(2, Set.of());
        assertThat(careful.hasQuorum()).isFalse();
        join(careful, 2);
        assertThat(careful.hasQuorum()).isTrue();
        careful.unreachable(2);
        assertThat(careful.hasQuorum()).isFalse();
    }

    @Test
    void reference_membersLeave_shrinks() {
        join(view, 2, 3, 4, 5);
        for (int i = 5; i > 1; i--) {
            view.bury(tombstone(i, Removal.LEFT));
            assertThat(view.hasQuorum()).isTrue();
        }
        assertThat(view.reference()).hasSize(1);
    }

    @Test
    void reference_nextIncarnationOfAMinority_isThatOfTheWhole() {
        join(view, 2, 3, 4, 5);
        for (int i = 3; i <= 5; i++) {
            view.dead(i);
        }
        View next = view(1, view.reference());
        join(next, 2);
        assertThat(next.hasQuorum()).isFalse();
        join(next, 6); // one more to count, and to be counted
        assertThat(next.hasQuorum()).isFalse();
        next.joined(peer(3, 33));
        assertThat(next.hasQuorum()).isTrue();
    }

    @Test
    void reference_memberWithAQuorumKnowsBetter_isTakenOver() {
        join(view, 2, 3, 4, 5);
        View next = view(1, view.reference());
        join(next, 2);
        assertThat(next.hasQuorum()).isFalse();
        next.told(9, true, Set.of(1L)); // no member
        assertThat(next.hasQuorum()).isFalse();
        next.told(2, true, Set.of());
        assertThat(next.hasQuorum()).isTrue();
        assertThat(next.reference()).hasSize(2);
    }

    @Test
    void reference_newNodeMeetsAMinority_isTheirs() {
        join(view, 2, 3, 4, 5);
        View fresh = new View(peer(6).node(), 1, Set.of(), tombstones, events::add);
        fresh.told(2, false, view.reference());
        assertThat(fresh.hasQuorum()).isFalse();
        join(fresh, 1, 2);
        assertThat(fresh.hasQuorum()).isFalse();
    }

    @Test
    void member_wasRemoved_isNotUpAgain() {
        join(view, 2);
        view.bury(tombstone(2, Removal.DEAD));
        join(view, 2);
        assertThat(view.members()).isEmpty();
        view.joined(peer(2, 22));
        assertThat(view.members()).containsExactly(peer(2, 22));
    }

    @Test
    void tombstones_areTooMany_theOldestAreForgotten() {
        for (int i = 0; i <= Tombstones.CAPACITY; i++) {
            tombstones.add(tombstone(i + 10, Removal.DEAD));
        }
        assertThat(tombstones.all()).hasSize(Tombstones.CAPACITY);
        assertThat(tombstones.contains(10)).isFalse();
        assertThat(tombstones.contains(11)).isTrue();
    }
}
