package io.bastion.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorSystem;
import io.bastion.cluster.ClusterEvent.MemberRemoved;
import io.bastion.cluster.ClusterEvent.MemberUp;
import io.bastion.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The snippets of docs/cluster.md, run. */
@Timeout(60)
class ClusterGuideTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @Test
    void system_joinsByOneCall() {
        try (ActorSystem system = ActorSystem.create("shop")) {
            Cluster cluster = Cluster.join(system).blockOptional().orElseThrow();
            System.out.println(cluster.members());
            assertThat(cluster.members()).contains(cluster.self());
            cluster.leave().block(BOUND);
        }
    }

    @Test
    void nodes_areConfigured_hearOfEachOther() {
        String seed;
        try (ActorSystem system = ActorSystem.create("shop");
                ActorSystem second = ActorSystem.create("shop")) {
            Cluster first = Cluster.start(
                            system,
                            ClusterConfig.named("shop")
                                    .discovery(Discovery.none())
                                    .build())
                    .blockOptional(BOUND)
                    .orElseThrow();
            List<String> log = new CopyOnWriteArrayList<>();
            first.events().subscribe(event -> {
                if (event instanceof MemberUp up) {
                    log.add("up: " + up.member());
                } else if (event instanceof MemberRemoved removed) {
                    log.add("removed: " + removed.member() + ", " + removed.reason());
                }
            });
            seed = first.self().address();

            ClusterConfig config = ClusterConfig.named("shop")
                    .seeds(seed)
                    .discovery(Discovery.none())
                    .roles("orders")
                    .minimumQuorum(2)
                    .build();
            Cluster other = Cluster.start(second, config).blockOptional().orElseThrow();

            Await.until("both are up", () -> log.size() == 2);
            other.leave().block();
            Await.until("the other one has left", () -> log.size() == 3);
            assertThat(log.get(2)).startsWith("removed: ").endsWith(", LEFT");
        }
    }
}
