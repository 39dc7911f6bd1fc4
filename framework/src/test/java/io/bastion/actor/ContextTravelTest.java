package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.supervision.InFlight;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** A message's Reactor context: where it goes with the message, and where it does not. */
class ContextTravelTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Context RED = Context.of("colour", "red");

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();

    private static String colour(ContextView context) {
        return Objects.requireNonNull(context.getOrDefault("colour", "none"));
    }

    private void note(ActorContext<?> context, Object message) {
        seen.add(message + " " + colour(context.contextView()));
    }

    @Test
    void timersAndReceiveTimeouts_carryTheContextOfTheMessageThatSetThem() {
        ActorRef<String> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<String>receive((context, message) -> {
                    note(context, message);
                    if (message.equals("set")) {
                        context.timers().once("once", "tick", SECOND);
                        context.timers().every("every", "beat", Duration.ofSeconds(4));
                        context.receiveTimeout(SECOND.multipliedBy(2), "idle");
                    } else if (message.equals("idle")) {
                        context.cancelReceiveTimeout();
                    }
                })));
        actor.tell("set", RED);
        actor.tell("plain");
        seen.await(2);
        for (int i = 0; i < 5; i++) {
            test.advance(SECOND);
        }
        assertThat(seen.all()).containsExactly("set red", "plain none", "tick red", "idle red", "beat red");
    }

    @Test
    void pipedPublisher_isSubscribedWithTheContext_andItsMessageCarriesIt() {
        ActorRef<String> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<String>receive((context, message) -> {
                    note(context, message);
                    if (message.equals("pipe")) {
                        context.pipeToSelf(
                                Mono.deferContextual(c -> Mono.just(colour(c))), (value, error) -> "piped " + value);
                    }
                })));
        actor.tell("pipe", RED);
        assertThat(seen.await(2)).containsExactly("pipe red", "piped red red");
    }

    @Test
    void feedAndSendAndAsk_carryTheSubscribersContext() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, message) -> {
                    note(context, message instanceof ActorRef ? "ask" : message);
                    if (message instanceof ActorRef<?> reply) {
                        @SuppressWarnings("unchecked")
                        ActorRef<String> r = (ActorRef<String>) reply;
                        r.tell("done");
                    }
                })));
        actor.feed(Flux.just("fed")).contextWrite(RED).block();
        actor.send("sent").contextWrite(RED).block();
        actor.<String>ask(reply -> reply, SECOND).contextWrite(RED).block();
        assertThat(seen.await(3)).containsExactly("fed red", "sent red", "ask red");
    }

    @Test
    void stashedAndRedeliveredMessages_keepTheirContext() {
        ActorRef<String> actor = test.spawn(ActorSpec.of(
                        "a",
                        () -> Behavior.<String>receive((context, message) -> {
                            note(context, message + context.incarnation());
                            if (message.equals("stash") && context.stash().size() == 0 && seen.size() == 1) {
                                context.stash().add();
                            } else if (message.equals("unstash")) {
                                context.stash().unstashAll();
                            } else if (message.equals("fail") && context.incarnation() == 0) {
                                throw new IllegalStateException("once");
                            }
                        }))
                .restart(Restart.transientOnFailure().inFlight(InFlight.REDELIVER_ONCE)));
        actor.tell("stash", RED);
        actor.tell("unstash");
        actor.tell("fail", Context.of("colour", "blue"));
        assertThat(seen.await(5))
                .containsExactly("stash0 red", "unstash0 none", "stash0 red", "fail0 blue", "fail1 blue");
    }

    @Test
    void whatAnAskerSaysOfItsOwnPipeline_doesNotReachThatOfTheAskedActor() {
        ActorRef<ActorRef<String>> actor = test.spawn(ActorSpec.of(
                        "a",
                        () -> Behavior.<ActorRef<String>>receiveAsync((context, reply) ->
                                Flux.just(1, 0).map(n -> 1 / n).doOnComplete(() -> reply.tell("went on"))))
                .restart(Restart.temporary()));
        Mono<String> ask = actor.<String>ask(reply -> reply, SECOND)
                .doOnError(e -> seen.add(e.getClass().getSimpleName()))
                .onErrorContinue((error, value) -> seen.add("continued"))
                .onErrorComplete();
        assertThat(ask.blockOptional(Conditions.BOUND)).isEmpty();
        assertThat(seen.all()).containsExactly("AskFailedException");
    }

    @Test
    void anInterceptorOfTells_seesAndReplacesTheContext_onEveryWayIn() {
        Interceptor painter = new Interceptor() {
            @Override
            public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
                return next.tell(message, Context.of(next.context()).put("colour", colour(next.context()) + "+"));
            }
        };
        ActorSpec<Object> spec = ActorSpec.<Object>of(
                        "a",
                        () -> Behavior.receive(
                                (context, message) -> note(context, message instanceof ActorRef ? "ask" : message)))
                .intercept(painter, painter);
        ActorRef<Object> actor = test.spawn(spec);
        actor.tell("tell", RED);
        actor.tellAll(List.of("all", "of them"));
        actor.send("send").contextWrite(RED).block();
        actor.feed(Flux.just("feed")).block();
        actor.ask(reply -> reply, SECOND).contextWrite(RED).subscribe().dispose();
        assertThat(seen.await(6))
                .containsExactly(
                        "tell red++", "all none++", "of them none++", "send red++", "feed none++", "ask red++");
    }

    @Test
    void anActorThatIsToRestart_seesTheContextOfTheMessageThatFailed() {
        List<Behavior<String>> kinds = List.of(
                Behavior.receive((context, message) -> {
                    throw new IllegalStateException(message);
                }),
                Behavior.receiveAsync((context, message) ->
                        Mono.error(new IllegalStateException(message)).hide().subscribeOn(Schedulers.parallel())),
                Behavior.flow((context, inbox) -> inbox.map(message -> {
                    throw new IllegalStateException(message);
                })));
        for (Behavior<String> kind : kinds) {
            ActorRef<String> actor = test.spawn(ActorSpec.anonymous(context -> kind.onSignal((c, signal) -> {
                note(context, signal instanceof Signal.Restarting r ? "" + r.message() : "stopped");
                return true;
            })));
            actor.tell("fail", RED);
            assertThat(seen.await(1)).containsExactly("fail red");
            actor.stop();
            assertThat(seen.await(2)).containsExactly("fail red", "stopped none");
            seen.clear();
        }
    }

    @Test
    void anInterceptorOfTells_isAlsoAroundWhatADistributorSends() {
        Interceptor painter = new Interceptor() {
            @Override
            public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
                return next.tell(message, Context.of("colour", "blue"));
            }
        };
        ActorSpec<String> member = ActorSpec.of("m", () -> Behavior.<String>receive(this::note));
        test.system
                .supervise(GroupSpec.of("group", 2, member).intercept(painter))
                .whenStarted()
                .block();
        Distributor<String> group = test.system.distributor("group", String.class);
        group.tellOne("one");
        group.tellEveryone("each");
        assertThat(seen.await(3)).containsExactlyInAnyOrder("one blue", "each blue", "each blue");
    }
}
