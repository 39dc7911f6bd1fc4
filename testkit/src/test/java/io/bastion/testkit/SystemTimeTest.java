package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.AskTimeoutException;
import io.bastion.actor.Behavior;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One time for timers, asks, restarts and Reactor's operators. */
class SystemTimeTest extends OnEachKit {
    private static final Duration SECOND = Duration.ofSeconds(1);

    record Ask(String word, ActorRef<String> replyTo) {}

    private ActorRef<Ask> mute() {
        return kit.spawn(ActorSpec.of("mute", () -> Behavior.receive((context, ask) -> {})));
    }

    @Test
    void ask_timesOutInVirtualTime() {
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        mute().<String>ask(reply -> new Ask("?", reply), Duration.ofSeconds(5)).subscribe(r -> {}, errors::add);
        kit.advanceBy(Duration.ofSeconds(5).minusNanos(1));
        kit.rest();
        assertThat(errors).isEmpty();
        kit.advanceBy(Duration.ofNanos(1));
        kit.until("a time-out", () -> !errors.isEmpty());
        assertThat(errors).singleElement().isInstanceOf(AskTimeoutException.class);
    }

    @Test
    void resultOfAnAsk_isWaitedFor() {
        ActorRef<Ask> echo = kit.spawn(ActorSpec.of(
                "echo", () -> Behavior.receive((context, ask) -> ask.replyTo().tell(ask.word()))));
        assertThat(kit.result(echo.<String>ask(reply -> new Ask("hello", reply), SECOND)))
                .isEqualTo("hello");
        assertThat(kit.time().pending()).isZero();
    }

    @Test
    void errorOfAMono_isThrownAsItIs() {
        IllegalStateException wanted = new IllegalStateException("wanted");
        assertThatThrownBy(() -> kit.result(Mono.error(wanted))).isSameAs(wanted);
        assertThat(kit.result(Mono.<String>empty())).isNull();
    }

    @Test
    void timersOfAnActor_tickAtTheirTimes() {
        Probe<String> probe = kit.probe();
        kit.spawn(ActorSpec.<String>of("clock", context -> {
            context.timers().every("tick", "tick", SECOND);
            context.timers().once("bell", "bell", Duration.ofMillis(2_500));
            return Behavior.receive(
                    (c, word) -> probe.ref().tell(word + " at " + kit.time().now()));
        }));
        kit.advanceBy(Duration.ofSeconds(3));
        for (String expected : List.of("tick at PT1S", "tick at PT2S", "bell at PT2.5S", "tick at PT3S")) {
            probe.expect(expected);
        }
        probe.expectNone();
    }

    @Test
    void actor_isRestarted_andItsRestartsAreForgottenAfterAWhile() {
        Probe<String> probe = kit.probe();
        ActorRef<String> actor = kit.spawn(ActorSpec.of(
                "fragile",
                () -> Behavior.receive((context, word) -> {
                    if (word.equals("fail")) {
                        throw new IllegalStateException("wanted");
                    }
                    probe.ref().tell(word + " in " + context.incarnation());
                })));
        for (int round = 0; round < 4; round++) { // three restarts within five seconds are allowed
            actor.tellAll(List.of("fail", "fail", "fail", "alive"));
            kit.rest();
            kit.advanceBy(Duration.ofSeconds(6));
            probe.expect("alive in " + 3 * (round + 1));
        }
        assertThat(kit.stats().failed()).isEqualTo(12);
    }

    @Test
    void operatorsOnTheSystemsScheduler_followItsTime() {
        List<String> elements = new CopyOnWriteArrayList<>();
        Flux.just("a", "b", "c")
                .delayElements(SECOND, kit.system().scheduler())
                .subscribe(e -> elements.add(e + " at " + kit.time().now()));
        kit.advanceBy(Duration.ofMillis(2_999));
        kit.rest();
        assertThat(elements).containsExactly("a at PT1S", "b at PT2S");
        kit.advanceBy(Duration.ofMillis(1));
        kit.until("the last element", () -> elements.size() == 3);
        assertThat(elements).endsWith("c at PT3S");
    }

    @Test
    void operatorsOfWhichNothingIsSaid_followTheSystemsTime() {
        List<Long> ticks = new CopyOnWriteArrayList<>();
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        Flux.interval(SECOND).take(3).subscribe(ticks::add);
        Mono.never().timeout(Duration.ofSeconds(2)).subscribe(e -> {}, errors::add);
        kit.rest();
        assertThat(ticks).isEmpty();
        kit.advanceBy(Duration.ofSeconds(2));
        kit.rest();
        assertThat(ticks).containsExactly(0L, 1L);
        assertThat(errors).hasSize(1);
        kit.advanceBy(SECOND);
        kit.rest();
        assertThat(ticks).hasSize(3);
    }

    @Test
    void asynchronousHandler_waitsInVirtualTime() {
        Probe<String> probe = kit.probe();
        ActorRef<String> slow = kit.spawn(ActorSpec.of(
                "slow",
                () -> Behavior.receiveAsync((context, word) ->
                        Mono.delay(SECOND).doOnNext(t -> probe.ref().tell(word)))));
        slow.tellAll(List.of("a", "b"));
        kit.advanceBy(SECOND);
        probe.expect("a");
        probe.expectNone();
        kit.advanceBy(SECOND);
        probe.expect("b");
        assertThat(kit.scheduler().now(TimeUnit.SECONDS)).isEqualTo(2);
    }
}
