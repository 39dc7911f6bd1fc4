package io.bastion.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.cluster.ClusterEvent.MemberRemoved;
import io.bastion.cluster.ClusterEvent.MemberUnreachable;
import io.bastion.cluster.ClusterEvent.MemberUp;
import io.bastion.cluster.ClusterEvent.Reason;
import io.bastion.cluster.ClusterEvent.Rejoined;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node in a {@link Lab}, with all that it has said. */
final class LabNode {
    final String address;
    final List<ClusterEvent> history = new ArrayList<>();
    boolean completed;
    private @Nullable Cluster cluster;
    private @Nullable Throwable failure;

    LabNode(String address) {
        this.address = address;
    }

    void started(Cluster started) {
        cluster = started;
        started.events().subscribe(history::add, this::failed, () -> completed = true);
    }

    void failed(Throwable error) {
        failure = error;
    }

    boolean isStarted() {
        return cluster != null;
    }

    Cluster cluster() {
        return Objects.requireNonNull(cluster, () -> address + " has not started");
    }

    long uid() {
        return cluster().self().uid();
    }

    boolean sees(LabNode other) {
        return cluster().members().contains(other.cluster().self());
    }

    List<Rejoined> rejoins() {
        return history(Rejoined.class).toList();
    }

    Stream<Reason> removals(long uid) {
        return history(MemberRemoved.class)
                .filter(event -> event.member().uid() == uid)
                .map(MemberRemoved::reason);
    }

    boolean hasSeenUnreachable(long uid) {
        return history(MemberUnreachable.class).anyMatch(event -> event.member().uid() == uid);
    }

    <E> Stream<E> history(Class<E> type) {
        return history.stream().filter(type::isInstance).map(type::cast);
    }

    /** Each member is up and removed by turns, and not up again after it has died or left. */
    void check() {
        assertThat(failure).as(address).isNull();
        Set<Long> up = new HashSet<>();
        Set<Long> buried = new HashSet<>();
        for (ClusterEvent event : history) {
            if (event instanceof MemberUp e) {
                assertThat(up.add(e.member().uid()))
                        .as("%s: twice up: %s in %s", address, e, history)
                        .isTrue();
                assertThat(buried)
                        .as("%s: back from the dead: %s", address, e)
                        .doesNotContain(e.member().uid());
            } else if (event instanceof MemberRemoved e) {
                assertThat(up.remove(e.member().uid()))
                        .as("%s: was not up: %s in %s", address, e, history)
                        .isTrue();
                if (e.reason() != Reason.REJOINING) {
                    buried.add(e.member().uid());
                }
            } else if (event instanceof MemberUnreachable e) {
                assertThat(up)
                        .as("%s: is not up: %s", address, e)
                        .contains(e.member().uid());
            }
        }
    }

    @Override
    public String toString() {
        Cluster c = cluster;
        return address
                + (c == null
                        ? " not started " + failure
                        : " " + c.self() + " quorum " + c.hasQuorum() + " sees " + c.members())
                + "\n    " + history;
    }
}
