package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/**
 * What comes when nobody waits for it any more: it is in our log with the actor's path, and in none of Reactor's hooks, to
 * which {@link TestSystem} holds every test.
 */
class LateSignalsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final List<Object> droppedElements = new CopyOnWriteArrayList<>();
    private final Recorder<String> began = new Recorder<>();
    private final Stubborn source = new Stubborn();

    @BeforeEach
    void watchElements() {
        Hooks.onNextDropped(droppedElements::add);
    }

    @AfterEach
    void nothingIsDropped() {
        Hooks.resetOnNextDropped();
        assertThat(droppedElements).isEmpty();
    }

    /** Signals what it is told to, whoever has cancelled. */
    private static final class Stubborn implements Publisher<Object> {
        private final List<Subscriber<? super Object>> subscribers = new CopyOnWriteArrayList<>();

        @Override
        public void subscribe(Subscriber<? super Object> subscriber) {
            subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {}
            });
            subscribers.add(subscriber);
        }

        void awaitSubscribers(int count) {
            Conditions.await(count + " subscribers", () -> subscribers.size() == count);
        }

        void fail(String message) {
            subscribers.forEach(s -> s.onError(new IllegalStateException(message)));
        }

        void emit(Object element) {
            subscribers.forEach(s -> s.onNext(element));
        }
    }

    private ActorRef<Object> working(Function<Publisher<?>> work) {
        return test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.receiveAsync((context, message) -> {
                    began.add("began");
                    return work.apply(source);
                })));
    }

    private interface Function<P> {
        P apply(Publisher<Object> source);
    }

    private void expectReports(int count) {
        Conditions.await(() -> "reported: " + test.logged(), () -> reports() >= count);
        assertThat(reports()).isEqualTo(count);
    }

    private long reports() {
        return test.logged().stream()
                .filter(line -> line.startsWith("bastion://test/a: an error came when its subscriber had gone"))
                .count();
    }

    @Test
    void lateErrorOfAHandlersPublisher_afterAKill_isReported() {
        ActorRef<Object> actor = working(s -> s);
        actor.tell("x");
        source.awaitSubscribers(1);
        actor.kill();
        TestSystem.end(actor);
        source.emit("late");
        source.fail("late");
        expectReports(1);
    }

    @Test
    void errorThatAnOperatorOfAHandlerDrops_isReported() {
        ActorRef<Object> actor = working(s -> Flux.from(s).map(x -> x));
        actor.tell("x");
        source.awaitSubscribers(1);
        source.fail("first");
        source.fail("second");
        expectReports(1);
        assertThat(test.rest().failed()).isEqualTo(1);
    }

    @Test
    void secondErrorOfAZip_isReported() {
        ActorRef<Object> actor =
                working(s -> Mono.zip(Flux.from(s).last(), Flux.from(s).last()));
        actor.tell("x");
        source.awaitSubscribers(2);
        source.fail("both");
        expectReports(1);
        assertThat(test.rest().failed()).isEqualTo(1);
    }

    @Test
    void errorOfAPipedPublisher_afterItsFirstElement_isReported() {
        Recorder<Object> seen = new Recorder<>();
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.receive((context, message) -> {
                    seen.add(message);
                    if (message.equals("pipe")) {
                        context.pipeToSelf(source, (value, error) -> "piped " + value);
                    }
                })));
        actor.tell("pipe");
        source.awaitSubscribers(1);
        source.emit(1);
        assertThat(seen.await(2)).containsExactly("pipe", "piped 1");
        source.fail("late");
        expectReports(1);
    }

    @Test
    void errorOfAFeedingPublisher_afterTheActorsEnd_isReported() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of("a", () -> Behavior.receive((context, message) -> {})));
        Recorder<Throwable> errors = new Recorder<>();
        actor.feed(source).subscribe(x -> {}, errors::add);
        source.awaitSubscribers(1);
        actor.stop();
        TestSystem.end(actor);
        errors.await(1);
        source.fail("late");
        expectReports(1);
        source.emit("late");
        assertThat(errors.all()).hasSize(1);
        assertThat(test.deadLetters(DeadLetter.Reason.TERMINATED)).containsExactly("late");
    }

    @Test
    void errorOfAFlow_afterItsEnd_isReported() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.flow((context, inbox) -> {
                    return source;
                })));
        source.awaitSubscribers(1);
        actor.stop();
        TestSystem.end(actor);
        source.fail("late");
        expectReports(1);
    }

    @Test
    void failureOfAnAskedActor_afterTheTimeoutOfTheAsk_isItsOwn() {
        ActorRef<Object> actor = working(s -> s);
        Recorder<Throwable> errors = new Recorder<>();
        actor.ask(reply -> reply, Duration.ofSeconds(1)).subscribe(x -> {}, errors::add);
        source.awaitSubscribers(1);
        test.advance(Duration.ofSeconds(1));
        assertThat(errors.await(1)).singleElement().isInstanceOf(AskTimeoutException.class);
        source.fail("late");
        assertThat(test.rest().failed()).isEqualTo(1);
        assertThat(errors.all()).hasSize(1);
    }

    @Test
    void answersOfASystem_toThoseWhoHaveGone_reachNobody() {
        SupervisorRef supervisor = test.system.supervise(SupervisorSpec.named("s")
                .child(ActorSpec.of("c", () -> Behavior.<Object>receive((context, message) -> {}))
                        .callbacks(new Callbacks() {
                            @Override
                            public Publisher<?> beforeStart(ActorRef<?> self) {
                                began.add("began");
                                return Mono.delay(LONG, test.scheduler).then(Mono.error(new IllegalStateException()));
                            }
                        })));
        began.await(1);
        supervisor.whenStarted().subscribe().dispose();
        supervisor
                .whenStarted()
                .timeout(Duration.ofSeconds(1), Mono.empty(), test.scheduler)
                .subscribe();
        test.advance(Duration.ofSeconds(1));
        test.advance(LONG);
        test.settle();
    }

    @Test
    void aHookOfTheUsersOwn_hearsOfWhatItsPipelineDrops() {
        Recorder<Throwable> own = new Recorder<>();
        Consumer<Throwable> hook = own::add;
        ActorRef<Object> actor = working(s -> Flux.from(s)
                .map(x -> x)
                .publishOn(test.scheduler)
                .contextWrite(context -> context.put("reactor.onErrorDropped.local", hook)));
        actor.tell("x");
        source.awaitSubscribers(1);
        source.fail("first");
        source.fail("second");
        assertThat(own.await(1)).singleElement().satisfies(e -> assertThat(e).hasMessage("second"));
    }
}
