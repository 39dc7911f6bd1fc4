package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.DeadLetter;
import io.bastion.scheduler.WorkFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The life of a kit without the extension. */
@ResourceLock("io.bastion.testkit")
class TestKitTest {
    @Test
    void schedulersOfReactor_areTheKitsUntilItIsClosed() {
        try (TestKit kit = TestKit.deterministic()) {
            List<Boolean> onTheKit = new ArrayList<>();
            Schedulers.parallel().schedule(() -> onTheKit.add(WorkFrame.current() != null));
            Schedulers.newSingle("mine").schedule(() -> onTheKit.add(WorkFrame.current() != null));
            kit.rest();
            assertThat(onTheKit).containsExactly(true, true);
        }
        assertThat(Mono.delay(Duration.ofMillis(1)).block(Await.BOUND)).isZero();
    }

    @Test
    void kit_isClosedOnce() {
        TestKit kit = TestKit.deterministic(3);
        kit.scheduler().schedule(() -> {}, 1, TimeUnit.HOURS);
        assertThatThrownBy(kit::close).isInstanceOf(AssertionError.class).hasMessageContaining("timers: [");
        kit.close();
        assertThat(kit.scheduler().isDisposed()).isTrue();
    }

    @Test
    void deadLetters_areKept() {
        try (TestKit kit = TestKit.deterministic()) {
            ActorRef<String> actor = kit.spawn(ActorSpec.of("gone", () -> Behavior.receive((context, message) -> {})));
            actor.stop();
            kit.rest();
            actor.tell("late");
            assertThat(kit.deadLetters())
                    .singleElement()
                    .extracting(DeadLetter::message)
                    .isEqualTo("late");
        }
    }

    /** What an actor waits for while it stops may take time: the kit moves it. */
    @Test
    void actorThatTakesAMinuteToStop_isNoLeak() {
        try (TestKit kit = TestKit.deterministic()) {
            ActorRef<String> actor = kit.spawn(ActorSpec.of(
                    "slow", () -> Behavior.receiveAsync((context, message) -> Mono.delay(Duration.ofMinutes(1)))));
            actor.tell("work");
            kit.rest();
        }
    }

    /** Work on a thread of its own is waited for, in real time. */
    @Test
    void actorThatWorksElsewhere_isNoLeak() {
        try (TestKit kit = TestKit.deterministic()) {
            ActorRef<String> actor = kit.spawn(ActorSpec.of(
                    "elsewhere",
                    () -> Behavior.receiveAsync((context, message) ->
                            Mono.fromRunnable(() -> {}).subscribeOn(Schedulers.boundedElastic()))));
            actor.tell("work");
        }
    }

    @Test
    void workers_areAtLeastOne() {
        assertThatThrownBy(() -> TestKit.concurrent(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("workers: 0 (expected: >= 1)");
    }
}
