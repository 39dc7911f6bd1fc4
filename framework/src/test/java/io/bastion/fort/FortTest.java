package io.bastion.fort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.TreeEvent;
import io.bastion.actor.TreeNode;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Directive;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** Code that exists already, kept alive. */
@Timeout(60)
class FortTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final AtomicInteger runs = new AtomicInteger();
    private final Recorder<Object> seen = new Recorder<>();
    private final CountDownLatch entered = new CountDownLatch(1);

    private FortSpec fort(Restart restart) {
        return Fort.named("importer").restart(restart).in(test.system);
    }

    private FortSpec fort() {
        return fort(Restart.transientOnFailure());
    }

    /** Fails so many times, then gives the number of its run. */
    private Callable<Integer> failing(int times, Throwable failure) {
        return () -> {
            int run = runs.incrementAndGet();
            if (run <= times) {
                sneak(failure);
            }
            return run;
        };
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable t) throws T {
        throw (T) t;
    }

    /** Blocks until it is interrupted. */
    private String blocking() throws InterruptedException {
        entered.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            seen.add("interrupted");
            throw e;
        }
        return "never";
    }

    private TreeNode tree() {
        return Objects.requireNonNull(test.system.tree().block(Conditions.BOUND));
    }

    /** What a subscription ends with. */
    private static CompletableFuture<Object> end(Mono<?> mono) {
        CompletableFuture<Object> end = new CompletableFuture<>();
        mono.subscribe(end::complete, end::complete, () -> end.complete("empty"));
        return end;
    }

    static Stream<Throwable> everyKind() {
        return Stream.of(
                new IllegalStateException(),
                new IOException(),
                new AssertionError(),
                new StackOverflowError(),
                new NoClassDefFoundError(),
                new OutOfMemoryError("thrown by a test"));
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void callable_thatFails_isRunAgainUntilItSucceeds(Throwable failure) {
        assertThat(fort().guard(failing(2, failure)).block(Conditions.BOUND)).isEqualTo(3);
        assertThat(runs).hasValue(3);
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void callable_whosePolicyGivesUp_failsWithTriesAndTheVeryCause(Throwable failure) {
        FortSpec fort = fort(Restart.transientOnFailure().tries(2));
        assertThatThrownBy(() -> fort.guard(failing(9, failure)).block(Conditions.BOUND))
                .isInstanceOfSatisfying(FortException.class, e -> {
                    assertThat(e.tries()).isEqualTo(3);
                    assertThat(e.name()).isEqualTo("importer");
                    assertThat(e.getCause()).isSameAs(failure);
                    assertThat(e)
                            .hasMessage("fort: importer has failed for good after 3 tries (last: " + failure + ")");
                });
        assertThat(runs).hasValue(3);
    }

    @Test
    void directives_stopAndEscalate_giveUpAtOnce_andTheSystemGoesOn() {
        for (Directive directive : List.of(Directive.STOP, Directive.ESCALATE)) {
            runs.set(0);
            FortSpec fort = fort(Restart.transientOnFailure().on(IOException.class, directive));
            assertThatThrownBy(() -> fort.guard(failing(9, new IOException())).block(Conditions.BOUND))
                    .isInstanceOf(FortException.class)
                    .hasCauseInstanceOf(IOException.class);
            assertThat(runs).hasValue(1);
        }
        assertThat(fort().guard(failing(0, new IOException())).block(Conditions.BOUND))
                .isEqualTo(2);
    }

    @Test
    void backoff_isWaitedFor() {
        CompletableFuture<Object> end =
                end(fort(Restart.transientOnFailure().backoff(Backoff.constant(Duration.ofSeconds(3))))
                        .guard(failing(1, new IOException())));
        Conditions.await("first run", () -> runs.get() == 1 && test.time.pending() == 1);
        test.advance(Duration.ofSeconds(2));
        assertThat(runs).hasValue(1);
        test.advance(Duration.ofSeconds(1));
        assertThat(Conditions.result(end)).isEqualTo(2);
    }

    @Test
    void permanentPolicy_stillGivesTheFirstResult() {
        assertThat(fort(Restart.permanent())
                        .guard(failing(1, new IOException()))
                        .block(Conditions.BOUND))
                .isEqualTo(2);
    }

    @Test
    void codeWithoutResult_andNull_completeEmpty_offTheWorkers() {
        assertThat(fort().guard(() -> {
                            seen.add(Schedulers.isInNonBlockingThread());
                        })
                        .block(Conditions.BOUND))
                .isNull();
        assertThat(fort().guard((Callable<Object>) () -> null).block(Conditions.BOUND))
                .isNull();
        assertThat(seen.all()).containsExactly(false);
    }

    @Test
    void guardedCode_isSeenInTheTree_andItsRestartsInTheEvents() {
        Recorder<TreeEvent> events = new Recorder<>();
        test.system.events().subscribe(events::add);
        CompletableFuture<Object> end = end(fort().guard(() -> {
            if (runs.incrementAndGet() == 1) {
                throw new IOException();
            }
            return blocking();
        }));
        TestSystem.await(entered);
        test.settle();
        assertThat(tree().render()).contains("importer").contains("code");
        assertThat(events.all())
                .anySatisfy(e -> assertThat(e).isInstanceOf(TreeEvent.Failed.class))
                .anySatisfy(e -> assertThat(e)
                        .isInstanceOfSatisfying(
                                TreeEvent.Restarted.class,
                                restarted -> assertThat(restarted.actor().path())
                                        .isEqualTo("bastion://test/importer/code")));
        test.system.kill();
        assertThat(Conditions.result(end)).isInstanceOf(FortException.class);
    }

    @Test
    void cancel_interruptsTheCode_andEndsItsActors() {
        Disposable running = fort().guard(this::blocking).subscribe(seen::add, seen::add);
        TestSystem.await(entered);
        running.dispose();
        assertThat(seen.await(1)).containsExactly("interrupted");
        Conditions.await("no actor left", () -> tree().size() == 1);
        assertThat(seen.size()).isEqualTo(1);
    }

    @Test
    void shutdownOfTheSystem_interruptsTheCode_andFailsItWithoutACause() {
        CompletableFuture<Object> end = end(fort().guard(this::blocking));
        TestSystem.await(entered);
        test.system.shutdown(Duration.ofSeconds(5)).block(Conditions.BOUND);
        assertThat(Conditions.result(end)).isInstanceOfSatisfying(FortException.class, e -> {
            assertThat(e)
                    .hasNoCause()
                    .hasMessage("fort: importer was stopped in its run 1 (expected: an end of its own)");
        });
        assertThat(seen.await(1)).containsExactly("interrupted");
    }

    @Test
    void killOfTheActor_interruptsTheCode_andIsNoFailureOfIt() {
        CompletableFuture<Object> end = end(fort().guard(this::blocking));
        TestSystem.await(entered);
        TreeNode supervisor = tree().children().get(0);
        Objects.requireNonNull(supervisor.children().get(0).actor()).kill();
        assertThat(Conditions.result(end))
                .isInstanceOfSatisfying(FortException.class, e -> assertThat(e).hasNoCause());
        assertThat(seen.await(1)).containsExactly("interrupted");
    }

    @Test
    void sameNameTwiceInASystem_isRefused() {
        Disposable running = fort().guard(this::blocking).subscribe(v -> {}, e -> {});
        TestSystem.await(entered);
        assertThatThrownBy(() -> fort().guard(() -> "x").block(Conditions.BOUND))
                .isInstanceOf(IllegalArgumentException.class);
        running.dispose();
        seen.await(1);
    }

    @Test
    void publisher_goesOnOverRestarts_withTheDemandThatIsLeft() {
        Recorder<Long> requests = new Recorder<>();
        Flux<Integer> guarded = fort().guardFlux(() -> {
            int run = runs.incrementAndGet();
            return Flux.range(10 * run, 3)
                    .doOnRequest(requests::add)
                    .concatWith(run < 3 ? Mono.error(new IOException("run " + run)) : Mono.empty());
        });
        StepVerifier.create(guarded, 2)
                .expectNext(10, 11)
                .thenRequest(3)
                .expectNext(12, 20, 21)
                .thenRequest(100)
                .expectNext(22, 30, 31, 32)
                .expectComplete()
                .verify(Conditions.BOUND);
        assertThat(requests.all()).as("never more than is wanted").allMatch(n -> n <= 102);
        assertThat(requests.all().get(0)).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void publisher_failsInEveryWay_isRestarted(Throwable failure) {
        Flux<Object> guarded = fort().guardFlux(() -> switch (runs.incrementAndGet()) {
            case 1 -> FortTest.<Flux<Object>>thrown(failure);
            case 2 -> Flux.just("a").map(v -> FortTest.<Object>thrown(failure));
            case 3 -> Flux.<Object>from(subscriber -> sneak(failure));
            case 4 -> Flux.<Object>error(failure);
            default -> Flux.just("b");
        });
        StepVerifier.create(guarded).expectNext("b").expectComplete().verify(Conditions.BOUND);
        assertThat(runs).hasValue(5);
    }

    private static <T> T thrown(Throwable t) {
        FortTest.<RuntimeException>sneak(t);
        throw new AssertionError("not reached");
    }

    @Test
    void publisher_hasTheContextOfItsSubscriber() {
        StepVerifier.create(fort().guardFlux(() -> Flux.deferContextual(c -> Flux.just((String) c.get("k"))))
                        .contextWrite(Context.of("k", "v")))
                .expectNext("v")
                .expectComplete()
                .verify(Conditions.BOUND);
    }

    @Test
    void run_returnsWhenTheProgramHasEnded_andLeavesNoSystemBehind() {
        Fort.named("alone").restart(Restart.transientOnFailure()).run(args -> seen.add(args[0]), "argument");
        assertThat(seen.all()).containsExactly("argument");
        assertThat(Fort.named("alone").run(() -> "result")).isEqualTo("result");
        Conditions.await(
                "no thread of its system left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("alone")));
    }

    @Test
    void run_whosePolicyGivesUp_throws() {
        assertThatThrownBy(() -> fort(Restart.transientOnFailure().tries(1)).run(failing(9, new IOException("disk"))))
                .isInstanceOf(FortException.class)
                .hasMessage("fort: importer has failed for good after 2 tries (last: java.io.IOException: disk)");
    }

    @Test
    void run_permanent_runsAgainAfterANormalEnd() {
        fort(Restart.permanent().tries(3)).run(() -> {
            runs.incrementAndGet();
        });
        assertThat(runs).hasValue(4);
    }

    @Test
    void run_interrupted_interruptsTheProgram() throws InterruptedException {
        Thread main = new Thread(() ->
                assertThatThrownBy(() -> fort().run(this::blocking)).hasCauseInstanceOf(InterruptedException.class));
        main.start();
        TestSystem.await(entered);
        main.interrupt();
        assertThat(seen.await(1)).containsExactly("interrupted");
        main.join(Conditions.BOUND.toMillis());
        assertThat(main.isAlive()).isFalse();
    }

    @Test
    void run_onAWorker_isRefused() {
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        test.scheduler.schedule(() -> {
            try {
                fort().run(() -> "x");
            } catch (Throwable t) {
                refusal.complete(t);
            }
        });
        assertThat(Conditions.result(refusal)).isInstanceOf(IllegalStateException.class);
        assertThat(runs).hasValue(0);
    }

    @Test
    void ownSystem_seesFatalErrorsOfOtherThreads() {
        Flux<String> guarded = Fort.named("elsewhere")
                .restart(Restart.transientOnFailure())
                .guardFlux(() -> Flux.just("a").publishOn(Schedulers.parallel()).map(v -> {
                    if (runs.incrementAndGet() == 1) {
                        throw new NoClassDefFoundError("on another thread");
                    }
                    return v;
                }));
        StepVerifier.create(guarded).expectNext("a").expectComplete().verify(Conditions.BOUND);
        test.takeLostErrors(1); // it is also the scheduler's
    }

    @Test
    void badName_isRefused() {
        assertThatThrownBy(() -> Fort.named("a b")).isInstanceOf(IllegalArgumentException.class);
    }
}
