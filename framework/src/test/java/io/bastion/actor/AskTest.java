package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.Seed;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** Asks: one reply or one error, and at once when there will be no reply. */
class AskTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    /** A request. */
    record Get(String what, ActorRef<String> reply) {
        @Override
        public String toString() {
            return "Get " + what;
        }
    }

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();

    /** Replies with what it was asked. */
    private ActorRef<Get> echo(String name) {
        return test.spawn(ActorSpec.of(
                name, () -> Behavior.<Get>receive((context, get) -> get.reply().tell(get.what()))));
    }

    /** Keeps the requests for the test to reply. */
    private ActorRef<Get> keeper(String name, Recorder<Get> kept) {
        return test.spawn(ActorSpec.of(name, () -> Behavior.<Get>receive((context, get) -> kept.add(get))));
    }

    private static Mono<String> ask(ActorRef<Get> actor, String what) {
        return actor.ask(reply -> new Get(what, reply), LONG);
    }

    private static Throwable failure(Mono<?> mono) {
        Recorder<Throwable> error = new Recorder<>();
        mono.subscribe(v -> {}, error::add, () -> error.add(new AssertionError("completed")));
        return error.await(1).get(0);
    }

    @Test
    void theReplyIsEmittedOnceAndCompletes() {
        StepVerifier.create(ask(echo("a"), "x"))
                .expectNext("x")
                .expectComplete()
                .verify(Conditions.BOUND);
        assertThat(test.time.pending()).isZero();
        assertThat(test.rest().handled()).isEqualTo(1);
    }

    @Test
    void asksWhoseRequestWasHandled_failInTheOrderOfTheirRequests() {
        Recorder<Get> kept = new Recorder<>();
        ActorRef<Get> actor = keeper("a", kept);
        List<Object> requests = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String what = "" + i;
            requests.add(what);
            ask(actor, what).subscribe(v -> {}, e -> seen.add(what));
        }
        kept.await(50);
        test.settle();
        actor.stop();
        assertThat(seen.await(50)).isEqualTo(requests);
    }

    @Test
    void eachSubscriptionAsksAnew() {
        AtomicInteger count = new AtomicInteger();
        ActorRef<Get> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Get>receive((context, get) -> get.reply().tell(get.what() + count.incrementAndGet()))));
        Mono<String> ask = ask(actor, "x");
        assertThat(ask.block(LONG)).isEqualTo("x1");
        assertThat(ask.block(LONG)).isEqualTo("x2");
        assertThat(Flux.concat(ask, ask).collectList().block(LONG)).containsExactly("x3", "x4");
    }

    @Test
    void aSecondReplyIsADeadLetter() {
        ActorRef<Get> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Get>receive((context, get) -> {
                    seen.add(get.reply().tell("first"));
                    seen.add(get.reply().tell("second"));
                })));
        assertThat(ask(actor, "x").block(LONG)).isEqualTo("first");
        assertThat(seen.await(2)).containsExactly(TellResult.ACCEPTED, TellResult.TERMINATED);
        assertThat(test.deadLetters).singleElement().satisfies(letter -> {
            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.LATE_REPLY);
            assertThat(letter.message()).isEqualTo("second");
            assertThat(letter.sender()).isSameAs(actor);
            assertThat(letter.recipient().path()).isEqualTo("bastion://test/a/reply");
        });
    }

    @Test
    void aReplyAfterTheTimeoutIsADeadLetter() {
        Recorder<Get> kept = new Recorder<>();
        Recorder<Throwable> error = new Recorder<>();
        ask(keeper("a", kept), "x").subscribe(v -> {}, error::add);
        kept.await(1);
        test.time.advance(LONG);
        assertThat(error.await(1).get(0)).isInstanceOf(AskTimeoutException.class);
        assertThat(kept.all().get(0).reply().tell("late")).isEqualTo(TellResult.TERMINATED);
        assertThat(test.deadLetters(DeadLetter.Reason.LATE_REPLY)).containsExactly("late");
    }

    @Test
    void aReplyBeforeTheTimeoutHasNoTimeout() {
        Recorder<Get> kept = new Recorder<>();
        Mono<String> ask = ask(keeper("a", kept), "x");
        ask.subscribe(seen::add, seen::add);
        kept.await(1);
        test.time.advance(LONG.minusNanos(1));
        kept.all().get(0).reply().tell("just in time");
        test.advance(LONG);
        assertThat(seen.await(1)).containsExactly("just in time");
    }

    @Test
    void aCancelledAskFreesItsTimerAndItsReplyIsADeadLetter() {
        Recorder<Get> kept = new Recorder<>();
        Disposable ask = ask(keeper("a", kept), "x").subscribe(seen::add, seen::add);
        kept.await(1);
        assertThat(test.time.pending()).isEqualTo(1);
        ask.dispose();
        assertThat(test.time.pending()).isZero();
        kept.all().get(0).reply().tell("late");
        assertThat(test.deadLetters(DeadLetter.Reason.LATE_REPLY)).containsExactly("late");
        test.rest();
        assertThat(seen.size()).isZero();
    }

    @Test
    void anAskThatIsCancelledBeforeItBeganSendsNothing() {
        StepVerifier.create(ask(echo("a"), "x").doOnSubscribe(s -> s.cancel()))
                .thenCancel()
                .verify(Conditions.BOUND);
        Flux.from(ask(echo("b"), "x")).take(0).blockLast(LONG);
        assertThat(test.rest().accepted()).isZero();
    }

    @Test
    void theReplyWaitsForTheDemand() {
        Recorder<TellResult> told = new Recorder<>();
        ActorRef<Get> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Get>receive(
                        (context, get) -> told.add(get.reply().tell(get.what())))));
        StepVerifier.create(ask(actor, "x"), 0)
                .expectSubscription()
                .then(() -> {
                    assertThat(told.await(1)).containsExactly(TellResult.ACCEPTED);
                    test.time.advance(LONG.multipliedBy(2)); // the reply is here: no time-out any more
                    test.settle();
                })
                .thenRequest(1)
                .expectNext("x")
                .expectComplete()
                .verify(Conditions.BOUND);
    }

    @Test
    void aReplyThatWaitsForTheDemandIsNotLostWhenTheHandlerFailsAfterIt() {
        ActorRef<Get> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Get>receive((context, get) -> {
                    seen.add(get.reply().tell(get.what()));
                    throw new IllegalStateException("wanted");
                })));
        StepVerifier.create(ask(actor, "x"), 0)
                .expectSubscription()
                .then(() -> {
                    seen.await(1);
                    test.rest();
                })
                .thenRequest(1)
                .expectNext("x")
                .expectComplete()
                .verify(Conditions.BOUND);
        assertThat(seen.all()).containsExactly(TellResult.ACCEPTED);
    }

    @Test
    void ofManyRepliesAtOnceOneIsEmittedAndTheOthersAreDeadLetters() throws InterruptedException {
        Random random = new Random(Seed.of("ofManyRepliesAtOnceOneIsEmittedAndTheOthersAreDeadLetters"));
        Recorder<Get> kept = new Recorder<>();
        ActorRef<Get> actor = keeper("a", kept);
        for (int round = 0; round < 300; round++) {
            kept.clear();
            test.deadLetters.clear();
            Recorder<String> replies = new Recorder<>();
            boolean demandLater = random.nextBoolean();
            reactor.core.publisher.BaseSubscriber<String> subscriber = new reactor.core.publisher.BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                    if (!demandLater) {
                        request(1);
                    }
                }

                @Override
                protected void hookOnNext(String value) {
                    replies.add(value);
                }
            };
            ask(actor, "x").subscribe(subscriber);
            ActorRef<String> reply = kept.await(1).get(0).reply();
            Recorder<String> accepted = new Recorder<>();
            List<Thread> repliers = new ArrayList<>();
            for (String value : List.of("p", "q", "r")) {
                repliers.add(new Thread(() -> {
                    if (reply.tell(value).accepted()) {
                        accepted.add(value);
                    }
                }));
            }
            if (demandLater) {
                repliers.add(new Thread(() -> subscriber.request(1)));
            }
            repliers.forEach(Thread::start);
            for (Thread t : repliers) {
                t.join();
            }
            assertThat(accepted.size()).isEqualTo(1);
            assertThat(replies.await(1)).isEqualTo(accepted.all());
            assertThat(test.deadLetters(DeadLetter.Reason.LATE_REPLY))
                    .hasSize(2)
                    .doesNotContainAnyElementsOf(accepted.all());
        }
    }

    @Test
    void askingADeadActorFailsAtOnce() {
        ActorRef<Get> actor = echo("a");
        actor.stop();
        TestSystem.end(actor);
        assertThat(failure(ask(actor, "x")))
                .isInstanceOf(ActorTerminatedException.class)
                .hasMessageContaining("bastion://test/a");
        assertThat(test.time.pending()).isZero();
        assertThat(test.deadLetters).isEmpty();
        assertThat(actor.stats().refused()).isEqualTo(1);
    }

    @Test
    void askingAfterTheSystemIsClosedFailsAtOnce() {
        ActorSystem other = ActorSystem.create("other");
        ActorRef<Get> actor = other.spawn(ActorSpec.of("a", () -> Behavior.<Get>receive((context, get) -> {})));
        other.close();
        assertThat(failure(ask(actor, "x"))).isInstanceOf(ActorTerminatedException.class);
    }

    @Test
    void aQueuedRequestFailsWhenTheActorDies() {
        ActorGate gate = new ActorGate();
        ActorRef<Get> actor = test.spawn(ActorSpec.of("a", () -> Behavior.<Get>receive((context, get) -> gate.pass())));
        ask(actor, "first").subscribe(v -> {}, e -> seen.add(e));
        gate.awaitEntered();
        Recorder<Throwable> second = new Recorder<>();
        ask(actor, "second").subscribe(v -> {}, second::add);
        actor.stop();
        gate.open();
        assertThat(second.await(1).get(0)).isInstanceOf(ActorTerminatedException.class);
        assertThat(seen.await(1).get(0)).isInstanceOf(ActorTerminatedException.class);
        assertThat(test.rest().conserved()).isTrue();
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).hasSize(1);
    }

    @Test
    void aDeferredReplyFailsWhenTheActorDies() {
        for (int i = 0; i < 3; i++) {
            Recorder<Get> kept = new Recorder<>();
            ActorRef<Get> actor = keeper("a" + i, kept);
            Recorder<Throwable> error = new Recorder<>();
            ask(actor, "x").subscribe(v -> {}, error::add);
            kept.await(1);
            test.settle();
            switch (i) {
                case 0 -> actor.stop();
                case 1 -> actor.kill();
                default -> actor.drain();
            }
            assertThat(error.await(1).get(0)).isInstanceOf(ActorTerminatedException.class);
        }
    }

    @Test
    void aRequestInWorkFailsWhenTheActorIsKilled() {
        ActorRef<Get> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Get>receiveAsync((context, get) -> {
                    seen.add(get);
                    return Mono.never();
                })));
        Recorder<Throwable> error = new Recorder<>();
        ask(actor, "x").subscribe(v -> {}, error::add);
        seen.await(1);
        actor.kill();
        assertThat(error.await(1).get(0)).isInstanceOf(ActorTerminatedException.class);
    }

    @Test
    void anAskOutlivesARestartOfTheAskedActor() {
        Recorder<Get> kept = new Recorder<>();
        ActorRef<Get> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Get>receive((context, get) -> {
                    kept.add(get);
                    if (get.what().equals("fail")) {
                        throw new IllegalStateException("wanted");
                    }
                })));
        ask(actor, "kept").subscribe(seen::add, seen::add);
        assertThat(failure(ask(actor, "fail"))).isInstanceOf(AskFailedException.class);
        ask(actor, "queued").subscribe(seen::add, seen::add);
        kept.await(3).get(2).reply().tell("2");
        kept.all().get(0).reply().tell("1");
        assertThat(seen.await(2)).containsExactly("2", "1");
    }

    @Test
    void aFullMailboxRefusesTheRequest() {
        ActorGate gate = new ActorGate();
        ActorRef<Get> actor = test.spawn(ActorSpec.of(
                        "a",
                        () -> Behavior.<Get>receive((context, get) -> {
                            gate.pass();
                            get.reply().tell(get.what());
                        }))
                .mailbox(Mailbox.bounded(1)));
        ask(actor, "in work").subscribe(seen::add, seen::add);
        gate.awaitEntered();
        ask(actor, "queued").subscribe(seen::add, seen::add);
        assertThat(failure(ask(actor, "refused")))
                .isInstanceOf(AskRefusedException.class)
                .hasMessageContaining("bastion://test/a");
        assertThat(actor.stats().refused()).isEqualTo(1);
        gate.open();
        assertThat(seen.await(2)).containsExactly("in work", "queued");
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void arequestFunctionThatFailsFailsTheAsk() {
        ActorRef<Get> actor = echo("a");
        IllegalStateException cause = new IllegalStateException("no");
        assertThat(failure(actor.<String>ask(
                        reply -> {
                            throw cause;
                        },
                        LONG)))
                .isSameAs(cause);
        assertThat(failure(actor.<String>ask(reply -> null, LONG)))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("request: null (expected: a message)");
        assertThat(test.time.pending()).isZero();
        assertThat(test.rest().accepted()).isZero();
    }

    @Test
    void aTimeoutThatIsNotPositiveIsRefused() {
        ActorRef<Get> actor = echo("a");
        assertThatThrownBy(() -> actor.<String>ask(reply -> new Get("x", reply), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout: PT0S (expected: > 0)");
        assertThatThrownBy(() -> actor.<String>ask(reply -> new Get("x", reply), Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout: PT-0.001S (expected: > 0)");
    }

    @Test
    void aTimeoutOfForeverIsAllowed() {
        assertThat(echo("a")
                        .<String>ask(reply -> new Get("x", reply), Duration.ofSeconds(Long.MAX_VALUE))
                        .block(LONG))
                .isEqualTo("x");
    }

    @Test
    void aHandlerThatFailsFailsTheAskWithItsCause() {
        RuntimeException cause = new IllegalStateException("wanted");
        ActorRef<Get> actor = test.spawn(ActorSpec.<Get>of(
                        "a",
                        () -> Behavior.<Get>receiveAsync((context, get) -> {
                            if (get.what().equals("throw")) {
                                throw cause;
                            }
                            return Mono.error(cause).subscribeOn(Schedulers.parallel());
                        }))
                .restart(Restart.transientOnFailure()));
        for (String how : List.of("throw", "error")) {
            assertThat(failure(ask(actor, how)))
                    .isInstanceOf(AskFailedException.class)
                    .hasMessageContaining("bastion://test/a")
                    .hasCauseReference(cause);
        }
    }

    @Test
    void aSubscriberThatThrowsDoesNotFailTheReplier() {
        ActorRef<Get> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Get>receive((context, get) -> {
                    get.reply().tell(get.what());
                    seen.add(get.what() + " in " + context.incarnation());
                })));
        ask(actor, "1").subscribe(v -> {
            throw new IllegalStateException("subscriber");
        });
        ask(actor, "2").subscribe(v -> {
            throw new StackOverflowError("subscriber");
        });
        ask(actor, "3").subscribe(new ThrowingSubscriber());
        assertThat(seen.await(3)).containsExactly("1 in 0", "2 in 0", "3 in 0");
        test.rest();
        assertThat(test.logged())
                .filteredOn("subscriber of an ask failed"::equals)
                .hasSize(2);
        test.takeLostErrors(1); // by Reactor's own subscriber, which wants a consumer of errors
    }

    /** Breaks the rules of Reactive Streams: it throws. */
    private static final class ThrowingSubscriber implements reactor.core.CoreSubscriber<String> {
        @Override
        public void onSubscribe(org.reactivestreams.Subscription s) {
            s.request(1);
        }

        @Override
        public void onNext(String s) {
            throw new IllegalStateException("next");
        }

        @Override
        public void onError(Throwable t) {
            throw new IllegalStateException("error");
        }

        @Override
        public void onComplete() {}
    }

    @Test
    void theContextOfTheAskerReachesTheHandler() {
        ActorRef<Get> actor = test.spawn(ActorSpec.of(
                "a", () -> Behavior.<Get>receive((context, get) -> get.reply().tell(ActorRefTest.user(context)))));
        assertThat(ask(actor, "x").contextWrite(Context.of("user", "ada")).block(LONG))
                .isEqualTo("ada");
        assertThat(ask(actor, "x").block(LONG)).isEqualTo("none");
    }

    @Test
    void whatTheRuntimeKeepsInTheContextDoesNotReachOtherActors() {
        ActorRef<Get> asked = test.spawn(ActorSpec.of(
                "asked",
                () -> Behavior.<Get>receive((context, get) -> {
                    seen.add(context.contextView().stream()
                            .map(e -> e.getKey().toString())
                            .toList());
                    get.reply().tell(get.what());
                })));
        ActorRef<String> handler =
                test.spawn(ActorSpec.of("handler", () -> Behavior.<String>receiveAsync((context, m) -> ask(asked, m))));
        ActorRef<String> flow = test.spawn(ActorSpec.of(
                "flow", () -> Behavior.<String>flow((context, inbox) -> inbox.concatMap(m -> ask(asked, m)))));
        handler.tell("1");
        handler.tell("2", Context.of("user", "ada"));
        seen.await(2);
        flow.tell("3");
        assertThat(seen.await(3)).containsExactly(List.of(), List.of("user"), List.of());
    }

    @Test
    void anAskOnBehalfOfAnotherActorsRequestIsEmittedWhenThatActorIsGone() {
        Recorder<Get> kept = new Recorder<>();
        ActorRef<Get> last = keeper("last", kept);
        ActorRef<Get> middle = test.spawn(ActorSpec.of(
                "middle",
                () -> Behavior.<Get>receive((context, get) -> ask(last, get.what())
                        .contextWrite(context.contextView())
                        .subscribe(seen::add))));
        ActorRef<String> first =
                test.spawn(ActorSpec.of("first", () -> Behavior.<String>receiveAsync((context, m) -> ask(middle, m))));
        first.tell("x");
        kept.await(1);
        first.kill();
        TestSystem.end(first);
        kept.all().get(0).reply().tell("reply");
        assertThat(seen.await(1)).containsExactly("reply");
    }

    @Test
    void theReplyIsEmittedOnTheAskersWorkerWhenItAsksFromWithin() {
        int messages = 1_000;
        ActorRef<Get> echo = echo("echo");
        List<String> state = new ArrayList<>(); // not thread-safe, on purpose
        ActorRef<String> asker = test.spawn(ActorSpec.of(
                "asker",
                () -> Behavior.<String>receiveAsync(16, (context, m) -> {
                    state.add(m);
                    Mono<String> ask = ask(echo, m);
                    return (m.hashCode() % 2 == 0 ? ask : ask.subscribeOn(Schedulers.parallel()))
                            .doOnNext(reply -> {
                                context.incarnation(); // throws on another worker
                                state.add(reply);
                            })
                            .doOnSuccess(v -> seen.add(m));
                })));
        for (int i = 0; i < messages; i++) {
            asker.tell("m" + i);
        }
        seen.await(messages);
        assertThat(test.rest().failed()).isZero();
        assertThat(state).hasSize(2 * messages);
    }

    @Test
    void aReplyNeverInterruptsAHandlerOfTheAsker() {
        Recorder<Get> kept = new Recorder<>();
        ActorRef<Get> keeper = keeper("keeper", kept);
        boolean[] inHandler = new boolean[1];
        ActorRef<String> asker = test.spawn(ActorSpec.of(
                "asker",
                () -> Behavior.<String>receiveAsync(2, (context, m) -> {
                    if (m.equals("ask")) {
                        return ask(keeper, m).doOnNext(reply -> seen.add("in handler: " + inHandler[0]));
                    }
                    inHandler[0] = true;
                    kept.all().get(0).reply().tell("reply of the asker itself");
                    inHandler[0] = false;
                    return Mono.empty();
                })));
        asker.tell("ask");
        kept.await(1);
        asker.tell("reply");
        assertThat(seen.await(1)).containsExactly("in handler: false");
    }

    @Test
    void requestsAreHandledInTheOrderOfTheAsks() {
        Recorder<Get> kept = new Recorder<>();
        ActorRef<Get> actor = keeper("a", kept);
        for (int i = 0; i < 100; i++) {
            ask(actor, "" + i).subscribe(v -> {}, e -> {});
        }
        assertThat(kept.await(100))
                .extracting(Get::what)
                .containsExactlyElementsOf(java.util.stream.IntStream.range(0, 100)
                        .mapToObj(i -> "" + i)
                        .toList());
    }

    @Test
    void anAdapterMayBeAsked() {
        Recorder<ActorRef<Get>> adapters = new Recorder<>();
        test.spawn(ActorSpec.<String>of("a", context -> {
            adapters.add(context.adapter(get -> {
                get.reply().tell("adapted " + get.what());
                return "adapted";
            }));
            return Behavior.receive((c, m) -> seen.add(m));
        }));
        assertThat(ask(adapters.all().get(0), "x").block(LONG)).isEqualTo("adapted x");
        assertThat(seen.await(1)).containsExactly("adapted");
    }

    @Test
    void theReplyReferenceTakesOneReplyAndIsNoActor() {
        Recorder<Get> kept = new Recorder<>();
        ActorRef<Get> actor = keeper("a", kept);
        ask(actor, "x").subscribe(seen::add, seen::add);
        ActorRef<String> reply = kept.await(1).get(0).reply();
        assertThat(reply).hasToString("bastion://test/a/reply");
        assertThat(failure(reply.whenTerminated())).isInstanceOf(UnsupportedOperationException.class);
        assertThat(failure(reply.ask(r -> "x", LONG))).isInstanceOf(UnsupportedOperationException.class);
        reply.stop();
        reply.kill();
        reply.drain();
        assertThat(reply.send("sent").block(LONG)).isTrue();
        assertThat(reply.send("again").block(LONG)).isFalse();
        assertThat(seen.await(1)).containsExactly("sent");
    }
}
