package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.Callbacks;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Restart;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** What the consumer of each form sees of each end: the tables of the documentation. */
@BastionTest
class PipelineEndTest {
    private static final IOException FAILURE = new IOException("line is down");
    private static final Restart AT_ONCE = Restart.transientOnFailure();
    private static final Restart SLOWLY =
            AT_ONCE.backoff(Backoff.exponential(Duration.ofHours(1), Duration.ofHours(2)));

    /** The form that is consumed. */
    enum Form {
        COLD,
        HOT_SLOWEST,
        HOT_SOURCE
    }

    /** What happens to it, and what the consumer sees then. */
    enum End {
        COMPLETE(AT_ONCE, n -> Flux.just(n), "[0] complete"),
        COMPLETE_PERMANENT(Restart.permanent().tries(2), n -> Flux.just(n), "[0, 1, 2] complete"),
        FAIL_AND_COMPLETE(AT_ONCE, n -> n == 0 ? Tries.thenFail(FAILURE, n) : Flux.just(n), "[0, 1] complete"),
        GIVE_UP(AT_ONCE.tries(1), n -> Tries.thenFail(FAILURE, n), "[0, 1] IOException"),
        GO_ON(AT_ONCE, n -> n == 0 ? Tries.thenFail(FAILURE, n) : Flux.just(n).concatWith(Flux.never()), "[0, 1]"),
        SYSTEM_STOPS(AT_ONCE, n -> Flux.just(n).concatWith(Flux.never()), "[0] PipelineException"),
        SYSTEM_IS_KILLED(AT_ONCE, n -> Flux.just(n).concatWith(Flux.never()), "[0] PipelineException"),
        SYSTEM_STOPS_IN_BACKOFF(SLOWLY, n -> Tries.thenFail(FAILURE, n), "[0] PipelineException"),
        CANCEL(AT_ONCE, n -> Flux.just(n).concatWith(Flux.never()), "[0]"),
        CANCEL_IN_BACKOFF(SLOWLY, n -> Tries.thenFail(FAILURE, n), "[0]");

        private final Restart restart;
        private final IntFunction<Publisher<Integer>> tries;
        private final String seen;

        End(Restart restart, IntFunction<Publisher<Integer>> tries, String seen) {
            this.restart = restart;
            this.tries = tries;
            this.seen = seen;
        }
    }

    static Stream<Arguments> all() {
        return Arrays.stream(Form.values())
                .flatMap(form -> Arrays.stream(End.values()).map(end -> Arguments.of(form, end)));
    }

    private static String seen(TestSubscriber<?> consumer) {
        List<?> elements = consumer.getReceivedOnNext();
        if (consumer.isTerminatedComplete()) {
            return elements + " complete";
        }
        return consumer.isTerminatedError()
                ? elements + " " + consumer.expectTerminalError().getClass().getSimpleName()
                : elements.toString();
    }

    @ParameterizedTest
    @MethodSource("all")
    void consumer_seesTheEnd(Form form, End end, TestKit kit) {
        Tries<Integer> tries = Tries.of(end.tries);
        PipelineSpec<Integer> spec =
                Pipelines.<Integer>supervise("ticks", tries).restart(end.restart);
        TestSubscriber<Integer> consumer = TestSubscriber.create();
        switch (form) {
            case COLD -> spec.cold(kit.system()).subscribe(consumer);
            case HOT_SLOWEST -> spec.hot(kit.system()).flux().subscribe(consumer);
            case HOT_SOURCE -> spec.pace(Pace.SOURCE).hot(kit.system()).flux().subscribe(consumer);
        }
        kit.rest();
        boolean lives = end == End.CANCEL || end == End.CANCEL_IN_BACKOFF;
        switch (end) {
            case SYSTEM_STOPS, SYSTEM_STOPS_IN_BACKOFF -> kit.system().stop();
            case SYSTEM_IS_KILLED -> kit.system().kill();
            case CANCEL, CANCEL_IN_BACKOFF -> consumer.cancel();
            default -> {}
        }
        kit.rest();
        assertThat(seen(consumer)).isEqualTo(end.seen);
        if (lives) {
            int actors = Objects.requireNonNull(kit.result(kit.system().tree()))
                    .children()
                    .size();
            assertThat(actors).as("actors after the cancellation of %s", form).isEqualTo(form == Form.COLD ? 0 : 1);
        }
    }

    /** A way to end a hot pipeline by its handle. */
    static Stream<Consumer<TestKit>> moments() {
        return Stream.of(kit -> {}, TestKit::rest);
    }

    @ParameterizedTest
    @MethodSource("moments")
    void stopOfAHotPipeline_isCompletion(Consumer<TestKit> before, TestKit kit) {
        Tries<Integer> tries = Tries.of(n -> Flux.never());
        Pipeline<Integer> ticks = Pipelines.<Integer>supervise("ticks", tries).hot(kit.system());
        TestSubscriber<Integer> consumer = TestSubscriber.create();
        ticks.flux().subscribe(consumer);
        before.accept(kit);
        ticks.stop();
        kit.rest();
        assertThat(seen(consumer)).isEqualTo("[] complete");
        assertThat(kit.result(ticks.whenTerminated())).isNotNull();
        assertThat(tries.cancelled.get()).isEqualTo(tries.count.get());
    }

    @ParameterizedTest
    @MethodSource("moments")
    void stopInABackoff_isCompletion(Consumer<TestKit> before, TestKit kit) {
        Pipeline<Integer> ticks = Pipelines.<Integer>supervise("ticks", () -> Flux.error(FAILURE))
                .restart(SLOWLY)
                .hot(kit.system());
        TestSubscriber<Integer> consumer = TestSubscriber.create();
        ticks.flux().subscribe(consumer);
        before.accept(kit);
        ticks.stop();
        kit.rest();
        assertThat(seen(consumer)).isEqualTo("[] complete");
        assertThat(kit.time().pending()).isZero();
    }

    @RepeatedTest(20)
    void stop_withARestartUnderWay_isFollowedByNoSubscription(TestKit kit) {
        AtomicBoolean restarting = new AtomicBoolean();
        Sinks.Empty<Void> hook = Sinks.empty();
        Tries<Integer> tries = Tries.of(n -> n == 0 ? Flux.error(FAILURE) : Flux.never());
        Pipeline<Integer> ticks = Pipelines.<Integer>supervise("ticks", tries)
                .restart(AT_ONCE)
                .callbacks(new Callbacks() {
                    @Override
                    public Publisher<?> beforeRestart(
                            ActorRef<?> self, @Nullable Throwable cause, @Nullable Object message) {
                        restarting.set(true);
                        return hook.asMono();
                    }
                })
                .hot(kit.system());
        kit.until("a restart", restarting::get);
        hook.tryEmitEmpty(); // which of the two is first is the seed's
        ticks.stop();
        kit.rest();
        assertThat(tries.count).hasValue(1);
    }

    @Test
    @BastionTest(deterministic = false)
    void end_thatComesWhileAnElementWaitsForItsTurn_comesBehindIt(TestKit kit) {
        AtomicReference<@Nullable Subscriber<? super Integer>> line = new AtomicReference<>();
        List<Object> seen = new CopyOnWriteArrayList<>();
        Pipelines.<Integer>supervise("ticks", () -> s -> {
                    s.onSubscribe(Operators.emptySubscription());
                    line.set(s);
                })
                .cold(kit.system())
                .doOnNext(element -> {
                    seen.add(element);
                    if (element == 1) { // the next element and the end come while this one is being handled
                        Subscriber<? super Integer> publisher = Objects.requireNonNull(line.get());
                        publisher.onNext(2);
                        publisher.onComplete();
                        kit.until(
                                "the end of the actors",
                                () -> Objects.requireNonNull(kit.system().tree().block())
                                        .children()
                                        .isEmpty());
                    }
                })
                .doOnComplete(() -> seen.add("complete"))
                .subscribe();
        kit.until("a subscription", () -> line.get() != null);
        Objects.requireNonNull(line.get()).onNext(1);
        assertThat(seen).containsExactly(1, 2, "complete");
    }
}
