package io.bastion.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testkit.DeterministicScheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

class SimulatedLinkTest extends LinkContract {
    private final long seed = Long.getLong("bastion.seed", new Random().nextLong());
    private final DeterministicScheduler scheduler = DeterministicScheduler.seeded(seed);
    private final SimulatedNetwork network =
            SimulatedNetwork.seeded(seed, scheduler).delay(Duration.ofMillis(1), Duration.ofMillis(20));
    private int port = 7000;

    @Override
    LinkTransport transport() {
        return network.transport(HOST, ++port);
    }

    @Override
    Scheduler scheduler() {
        return scheduler;
    }

    @Override
    int rounds() {
        return 100;
    }

    @Override
    void until(BooleanSupplier condition) {
        for (int i = 0; i < 60_000; i++) {
            if (scheduler.runUntil(condition)) {
                return;
            }
            scheduler.advanceBy(Duration.ofMillis(1));
        }
        throw new AssertionError("not within a minute of virtual time; replay with -Dbastion.seed=" + seed);
    }

    @Override
    void end() {
        network.heal();
        scheduler.advanceBy(Duration.ofSeconds(1));
        assertThat(scheduler.timer().pending()).isZero();
        scheduler.dispose();
    }

    @Test
    void directionThatIsCut_isNoticedByItsFarEnd_andWhatWasHeldArrivesAfterwards() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Heard atA = hear(a);
        Heard atB = hear(b);
        Link link = result(a.to(b.self()));
        until(() -> atB.events.contains("up"));
        network.cut(a.self().address(), b.self().address());
        link.push(buffer("held"));
        until(() -> atB.events.contains("unreachable"));
        assertThat(atA.events).containsExactly("up");
        network.heal();
        until(() -> atB.events.size() == 4);
        assertThat(atB.events).containsExactlyInAnyOrder("up", "unreachable", "pushed held", "reachable");
    }

    @Test
    void partitionThatLasts_endsTheLinkAtBothEnds_andIsDialledInVainMeanwhile() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Heard atA = hear(a);
        Heard atB = hear(b);
        Link link = result(a.to(b.self()));
        until(() -> atB.events.contains("up"));
        take(link.lane(0, numbers(10).concatWith(Flux.never())), 10);
        Taken there = take(Objects.requireNonNull(b.with(a.self())).lane(0, numbers(10)), 4);
        until(() -> there.values.size() == 4);
        network.partition(
                java.util.List.of(a.self().address()),
                java.util.List.of(b.self().address()));
        there.request(6);
        until(() -> atA.events.contains("down") && atB.events.contains("down"));
        assertThat(atA.events).containsExactly("up", "unreachable", "down");
        assertThat(atB.events).containsExactly("up", "unreachable", "down");
        assertThat(failure(a.to(b.self()))).isInstanceOf(IOException.class);
        network.heal();
        result(b.to(a.self()));
    }

    @Test
    void nodeThatFreezes_isUnreachableForOthers_andNotesNothingItself() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Heard atA = hear(a);
        Heard atB = hear(b);
        result(a.to(b.self()));
        until(() -> atB.events.contains("up"));
        network.freeze(b.self().address());
        until(() -> atA.events.contains("unreachable"));
        network.thaw(b.self().address());
        until(() -> atA.events.contains("reachable"));
        assertThat(atB.events).containsExactly("up");
    }

    @Test
    void linksThatBreak_areDown_andCanBeDialledAgain() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Heard atA = hear(a);
        Heard atB = hear(b);
        result(a.to(b.self()));
        until(() -> atB.events.contains("up"));
        network.breakLinks(a.self().address(), b.self().address());
        until(() -> atA.events.contains("down") && atB.events.contains("down"));
        result(b.to(a.self()));
        network.kill(a.self().address());
        until(() -> atB.links.isEmpty());
        assertThat(failure(b.to(a.self()))).isInstanceOf(IOException.class);
    }
}
