package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.supervision.Budget;
import io.bastion.supervision.InFlight;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Logs;
import io.bastion.testing.Recorder;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Errors that Reactor throws past {@code onError}, on threads that are not the actor's. */
class FatalErrorsTest {
    private final Recorder<Object> seen = new Recorder<>();
    private final ActorSystem system = ActorSystem.builder("fatal")
            .workers(2)
            .budget(Budget.unlimited())
            .superviseFatalErrors()
            .build();

    private final Logs silence = Logs.silence(Schedulers.class);

    @AfterEach
    void close() {
        system.close();
        silence.close();
        assertThat(FatalErrors.isWatching()).isFalse();
    }

    static Stream<Error> fatal() {
        return Stream.of(
                new StackOverflowError("wanted"), new NoClassDefFoundError("wanted"), new OutOfMemoryError("wanted"));
    }

    private static <T> T thrown(Error error) {
        throw error;
    }

    private ActorRef<Object> async(Function<Object, Mono<?>> work) {
        return system.spawn(ActorSpec.<Object>of(
                "a",
                () -> Behavior.receiveAsync((context, m) ->
                                m instanceof Error ? work.apply(m) : Mono.fromRunnable(() -> seen.add(m)))
                        .onSignal((context, signal) -> {
                            if (signal instanceof Signal.Restarting restarting) {
                                seen.add(String.valueOf(restarting.cause()));
                            }
                            return true;
                        })));
    }

    private void expectRestart(ActorRef<Object> actor, Error error) {
        actor.tell(error);
        actor.tell("next");
        assertThat(seen.await(2)).containsExactly(error.toString(), "next");
        Conditions.await("one failed", () -> actor.stats().failed() == 1);
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void callableOnAnotherScheduler_restartsTheActor(Error error) {
        expectRestart(
                async(m -> Mono.fromCallable(() -> thrown(error)).subscribeOn(Schedulers.boundedElastic())), error);
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void operatorBehindAHop_restartsTheActor(Error error) {
        expectRestart(
                async(m -> Flux.range(0, 3)
                        .publishOn(Schedulers.parallel())
                        .publishOn(Schedulers.single())
                        .map(n -> thrown(error))
                        .then()),
                error);
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void operatorAfterADelay_restartsTheActor(Error error) {
        expectRestart(async(m -> Mono.delay(Duration.ofMillis(1)).map(n -> thrown(error))), error);
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void operatorOfAFlow_restartsTheFlow(Error error) {
        ActorRef<Object> actor = system.spawn(ActorSpec.<Object>of(
                "flow",
                () -> Behavior.<Object>flow((context, inbox) -> inbox.publishOn(Schedulers.parallel(), 1)
                                .doOnNext(m -> {
                                    if (m instanceof Error e) {
                                        throw e;
                                    }
                                    seen.add(m);
                                }))
                        .onSignal((context, signal) -> {
                            if (signal instanceof Signal.Restarting restarting) {
                                seen.add(String.valueOf(restarting.cause()));
                            }
                            return true;
                        })));
        actor.tell(error);
        assertThat(seen.await(1)).containsExactly(error.toString());
        actor.tell("next");
        assertThat(seen.await(2)).endsWith("next");
    }

    @Test
    void operatorOfAFlow_hasItsMessageRedelivered() {
        ActorRef<Object> actor = system.spawn(ActorSpec.<Object>of("flow", context -> {
                    int incarnation = context.incarnation();
                    return Behavior.flow((c, inbox) -> inbox.publishOn(Schedulers.parallel(), 1)
                            .doOnNext(m -> {
                                seen.add(m + " " + incarnation);
                                if (incarnation == 0) {
                                    throw new StackOverflowError("wanted");
                                }
                            }));
                })
                .restart(Restart.transientOnFailure().inFlight(InFlight.REDELIVER_ONCE)));
        actor.tell("x");
        assertThat(seen.await(2)).containsExactly("x 0", "x 1");
    }

    @Test
    void pendingAsk_failsAtOnce() {
        ActorRef<Object> actor =
                async(m -> Mono.fromCallable(() -> thrown((Error) m)).subscribeOn(Schedulers.parallel()));
        StackOverflowError error = new StackOverflowError("wanted");
        assertThatThrownBy(
                        () -> actor.ask(reply -> error, Duration.ofSeconds(60)).block(Conditions.BOUND))
                .isInstanceOf(AskFailedException.class)
                .hasCause(error);
    }

    @Test
    void pipeToSelf_bringsTheError() {
        StackOverflowError error = new StackOverflowError("wanted");
        ActorRef<Object> actor = system.spawn(ActorSpec.<Object>of(
                "pipe",
                () -> Behavior.receive((context, m) -> {
                    if (m.equals("go")) {
                        context.pipeToSelf(
                                Mono.fromCallable(() -> thrown(error)).subscribeOn(Schedulers.parallel()),
                                (value, failure) -> String.valueOf(failure));
                    } else {
                        seen.add(m);
                    }
                })));
        actor.tell("go");
        assertThat(seen.await(1)).containsExactly(error.toString());
    }

    @Test
    void hook_failsTheStart() {
        LinkageError error = new NoClassDefFoundError("wanted");
        ActorRef<Object> actor = system.spawn(ActorSpec.<Object>of("hook", () -> Behavior.receive((context, m) -> {}))
                .callbacks(new Callbacks() {
                    @Override
                    public Mono<?> beforeStart(ActorRef<?> self) {
                        return Mono.fromCallable(() -> thrown(error)).subscribeOn(Schedulers.parallel());
                    }
                }));
        assertThat(actor.whenTerminated().block(Conditions.BOUND)).isEqualTo(new TerminationReason.Failed(error));
    }
}
