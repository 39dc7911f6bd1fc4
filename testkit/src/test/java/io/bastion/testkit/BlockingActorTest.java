package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.Placement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Actors that are declared to block take part in the seed's order. */
class BlockingActorTest {
    private static ActorSpec<String> blocking(String name, List<String> order) {
        return ActorSpec.<String>of(
                        name,
                        () -> Behavior.receive((context, message) -> {
                            Mono.just(message)
                                    .subscribeOn(Schedulers.boundedElastic())
                                    .block();
                            order.add(name + message);
                        }))
                .placement(Placement.blocking());
    }

    private static List<String> run(long seed) {
        List<String> order = new ArrayList<>();
        try (TestKit kit = TestKit.deterministic(seed)) {
            ActorRef<String> a = kit.spawn(blocking("a", order));
            ActorRef<String> b = kit.spawn(blocking("b", order));
            for (String message : List.of("1", "2", "3", "4")) {
                a.tell(message);
                b.tell(message);
            }
            kit.rest();
        }
        return order;
    }

    @Test
    void theirOrder_isThatOfTheSeed() {
        List<String> first = run(7);
        assertThat(first).hasSize(8).isEqualTo(run(7));
        assertThat(first.stream().filter(s -> s.startsWith("a"))).containsExactly("a1", "a2", "a3", "a4");
        assertThat(List.of(run(1), run(2), run(3), run(4)))
                .anySatisfy(order -> assertThat(order).isNotEqualTo(first));
    }

    @Test
    void theirTimers_runInVirtualTime() {
        List<String> seen = new ArrayList<>();
        try (TestKit kit = TestKit.deterministic()) {
            ActorRef<String> actor = kit.spawn(ActorSpec.<String>of(
                            "a",
                            () -> Behavior.receive((context, message) -> {
                                seen.add(message);
                                if (message.equals("set")) {
                                    context.timers().once("t", "tick", Duration.ofHours(1));
                                }
                            }))
                    .placement(Placement.blocking()));
            actor.tell("set");
            kit.rest();
            kit.advanceBy(Duration.ofHours(1));
            assertThat(seen).containsExactly("set", "tick");
        }
    }
}
