package io.bastion.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorSystem;
import io.bastion.cluster.ClusterEvent.MemberRemoved;
import io.bastion.cluster.ClusterEvent.Reason;
import io.bastion.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;

/** Nodes in earnest, over TCP on this machine. */
@Timeout(60)
class ClusterTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final List<Cluster> nodes = new ArrayList<>();

    @AfterEach
    void leave() {
        Flux.fromIterable(nodes).flatMap(Cluster::leave).blockLast(BOUND);
    }

    private static ClusterConfig.Builder config() {
        return ClusterConfig.named("earnest")
                .discovery(Discovery.none())
                .pingInterval(Duration.ofMillis(250))
                .suspicion(60); // nobody dies here, and a busy machine may stand still for seconds
    }

    private Cluster start(ClusterConfig.Builder config) {
        Cluster node = Cluster.start(config.build()).blockOptional(BOUND).orElseThrow();
        nodes.add(node);
        return node;
    }

    private void awaitMembers(int number) {
        Await.until(
                () -> "all see " + number + ": "
                        + nodes.stream().map(Cluster::members).toList(),
                () -> nodes.stream().allMatch(node -> node.members().size() == number && node.hasQuorum()));
    }

    @Test
    void threeNodes_meet_knowEachOtherAsTheyDescribeThemselves() {
        Cluster first = start(config().nodeName("first").roles("seed", "store").metadata(Map.of("zone", "a")));
        String seed = first.self().address();
        start(config().seeds(seed));
        start(config().seeds(seed));
        awaitMembers(3);
        assertThat(nodes.get(2).members()).contains(first.self());
        Member seen = nodes.get(2).members().stream()
                .filter(member -> member.name().equals("first"))
                .findFirst()
                .orElseThrow();
        assertThat(seen.hasRole("store")).isTrue();
        assertThat(seen.metadata()).containsEntry("zone", "a");
    }

    @Test
    void node_leaves_othersSeeItLeaveAndItsPortIsFree() {
        Cluster first = start(config());
        String seed = first.self().address();
        start(config().seeds(seed));
        Cluster leaver = start(config().seeds(seed).port(Ports.unused()));
        awaitMembers(3);
        Queue<ClusterEvent> events = new ConcurrentLinkedQueue<>();
        first.events().subscribe(events::add);
        Member left = leaver.self();
        leaver.leave().block(BOUND);
        nodes.remove(leaver);
        Await.until("it is gone", () -> events.contains(new MemberRemoved(left, Reason.LEFT)));
        Cluster again = start(config().seeds(seed).port(left.port()));
        awaitMembers(3);
        assertThat(again.self().uid()).isNotEqualTo(left.uid());
    }

    @Test
    void node_findsItsPortTaken_failsToStart() {
        Cluster first = start(config());
        ClusterConfig second = config().port(first.self().port()).build();
        assertThatThrownBy(() -> Cluster.start(second).block(BOUND)).hasStackTraceContaining("Address already in use");
    }

    @Test
    void node_wouldSpeakPlainToOthers_failsToStart() {
        assertThatThrownBy(() -> Cluster.start(config().host("0.0.0.0").build()).block(BOUND))
                .hasMessageContaining("host: 0.0.0.0 (expected: a loopback address");
    }

    @Test
    void system_ends_itsNodeLeaves() {
        ActorSystem system = ActorSystem.create("earnest");
        Cluster node =
                Cluster.start(system, config().build()).blockOptional(BOUND).orElseThrow();
        system.close();
        node.whenClosed().block(BOUND);
    }
}
