package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** What a cluster gets of the actors here: watchers, contexts of what is fed, dead letters, the place of a reply. */
class RemoteActorRefTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();
    private final Far far = new Far("far");

    /** A message that makes its receiver do something. */
    private interface Work {
        void in(ActorContext<Object> context);
    }

    private ActorRef<Object> watcher() {
        return test.spawn(ActorSpec.of(
                "watcher",
                () -> Behavior.<Object>receive((context, m) -> {
                            if (m instanceof Work work) {
                                work.in(context);
                            } else {
                                seen.add(m);
                            }
                        })
                        .onSignal((context, signal) -> {
                            if (signal instanceof Signal.Terminated terminated) {
                                seen.add(terminated);
                            }
                            return true;
                        })));
    }

    private void within(ActorRef<Object> actor, Work work) {
        actor.tell((Work) context -> {
            work.in(context);
            seen.add("done");
        });
        seen.await(1);
    }

    @Test
    void watcher_whenTheFarActorEnds_getsOneSignalBehindItsMessages() {
        ActorRef<Object> watcher = watcher();
        within(watcher, context -> {
            context.watch(far);
            context.watch(new Far("far"));
        });
        assertThat(far.watchers).hasSize(1);

        watcher.tell("before");
        far.end(TerminationReason.NODE_LOST);
        far.end(TerminationReason.NODE_LOST);
        watcher.tell("after");

        seen.await(4);
        assertThat(seen.all())
                .containsExactly("done", "before", new Signal.Terminated(far, TerminationReason.NODE_LOST), "after");
    }

    @Test
    void watcher_withAMessageOfItsOwn_getsThatInstead() {
        ActorRef<Object> watcher = watcher();
        within(watcher, context -> context.watchWith(far, "gone"));

        new Far("far", far.watchers).end(TerminationReason.STOPPED);

        seen.await(2);
        assertThat(seen.all()).containsExactly("done", "gone");
    }

    @Test
    void unwatch_whileTheSignalIsQueued_leavesNone() {
        ActorRef<Object> watcher = watcher();
        within(watcher, context -> {
            context.watch(far);
            far.end(TerminationReason.KILLED);
            context.unwatch(far);
        });
        watcher.tell("after");

        seen.await(2);
        assertThat(seen.all()).containsExactly("done", "after");
        assertThat(far.watchers).isEmpty();
    }

    @Test
    void watcher_thatEnds_doesNotWatchAnyMore() {
        ActorRef<Object> watcher = watcher();
        within(watcher, context -> context.watch(far));

        watcher.stop();

        Conditions.await("it does not watch", far.watchers::isEmpty);
    }

    @Test
    void reference_thatLeadsToAnActorOfTheSystem_isTakenForIt() {
        ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of("led-to", () -> Behavior.receive((c, m) -> {}))
                .type("t"));
        Far leading = new Far("leading") {
            @Override
            public Optional<ActorRef<Object>> local() {
                return Optional.of(actor);
            }
        };
        assertThat(test.system.supervisor(leading).path()).isEqualTo(actor.path());
        assertThat(ActorSystem.typeOf(leading)).isEqualTo("t");
        assertThat(test.system.events(leading).blockFirst(Duration.ofSeconds(10)))
                .extracting(TreeEvent::actor)
                .isSameAs(actor);
    }

    @Test
    void reference_thatLeadsElsewhere_isRefusedAsThat() {
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> test.system.supervisor(far), () -> test.system.events(far), () -> ActorSystem.typeOf(far))) {
            assertThatThrownBy(use)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("actor: bastion://far/far (expected: an actor of this JVM that has been started)");
        }
    }

    @Test
    void fedElement_withAContext_comesWithIt() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "reader",
                () -> Behavior.receive(
                        (context, m) -> seen.add(m + " " + context.contextView().getOrDefault("trace", "none")))));

        actor.feed(Flux.just(
                                RemotePort.element("a", Context.of("trace", "1"), null),
                                RemotePort.element("b", Context.empty(), null))
                        .hide())
                .block(Duration.ofSeconds(10));
        actor.feed(Flux.just(RemotePort.element("c", Context.of("trace", "3"), far)))
                .block(Duration.ofSeconds(10));

        seen.await(3);
        assertThat(seen.all()).containsExactly("a 1", "b none", "c 3");
    }

    @Test
    void fedElement_thatDies_showsItsSender() {
        Recorder<DeadLetter> dead = new Recorder<>();
        test.system.deadLetters().subscribe(dead::add);
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "busy",
                () -> Behavior.receiveAsync((context, m) -> {
                    seen.add(m);
                    return Mono.never();
                })));
        actor.tell("in work");
        seen.await(1);
        actor.feed(Flux.just(RemotePort.element("queued", Context.empty(), far)).hide())
                .block(Duration.ofSeconds(10));

        actor.stop();
        actor.kill();

        assertThat(dead.await(1))
                .extracting(DeadLetter::message, DeadLetter::sender)
                .containsExactly(tuple("queued", far));
    }

    @Test
    void deadLetter_fromOutside_isShown() {
        Recorder<DeadLetter> dead = new Recorder<>();
        test.system.deadLetters().subscribe(dead::add);
        DeadLetter letter = new DeadLetter("lost", far, null, DeadLetter.Reason.NODE_LOST);

        RemotePort.of(test.system).deadLetter(letter);

        assertThat(dead.await(1)).containsExactly(letter);
    }

    @Test
    void interceptorsOfASystem_addToTheContextOfWhatLeavesIt_unlessTheyFail() {
        Interceptor failing = new Interceptor() {
            @Override
            public ContextView outgoing(ActorRef<?> target, Object message, ContextView context) {
                throw new IllegalStateException("failing");
            }
        };
        ActorSystem system = ActorSystem.builder("leaving")
                .scheduler(test.scheduler)
                .intercept(adding("first"), failing, adding("second"))
                .build();
        system.spawn(
                ActorSpec.of("here", () -> Behavior.receive((context, m) -> {})).intercept(adding("not the system's")));

        ContextView context = RemotePort.of(system).outgoing(far, "m", Context.of("was", "there"));

        assertThat(context.stream().map(entry -> entry.getKey() + " " + entry.getValue()))
                .containsExactly("was there", "first m to bastion://far/far", "second m to bastion://far/far");
        assertThat(RemotePort.of(test.system).outgoing(far, "m", context)).isSameAs(context);
        assertThat(test.logged()).singleElement().asString().contains("interceptor of messages to bastion://far/far");
        system.close();
    }

    private static Interceptor adding(String name) {
        return new Interceptor() {
            @Override
            public ContextView outgoing(ActorRef<?> target, Object message, ContextView context) {
                return Context.of(context).put(name, message + " to " + target.path());
            }
        };
    }

    @Test
    void asker_withinAnActorsPublisher_isItsWorker() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "asking",
                () -> Behavior.receiveAsync((context, m) -> Mono.deferContextual(view -> {
                    Scheduler place = RemotePort.asker(view).orElseThrow();
                    return Mono.fromRunnable(() -> seen.add(context.isCurrent()))
                            .subscribeOn(Schedulers.parallel())
                            .publishOn(place)
                            .doFinally(end -> {
                                seen.add(context.isCurrent());
                                seen.add(RemotePort.askingActor(view).orElseThrow() == context.self());
                            });
                }))));

        actor.tell("go");

        seen.await(3);
        assertThat(seen.all()).containsExactly(false, true, true);
        assertThat(RemotePort.asker(Context.empty())).isEmpty();
    }

    @Test
    void members_ofAGroup_areToldOfWhenTheyChange_untilThatIsEnded() {
        Recorder<Integer> sizes = new Recorder<>();
        Distributor<Object> workers = test.system.distributor("workers", Object.class);
        Disposable listening = RemotePort.of(test.system)
                .onMembersChanged("workers", () -> sizes.add(workers.members().size()));

        SupervisorRef group = test.system.supervise(GroupSpec.of(
                "workers", 2, ActorSpec.of("worker", () -> Behavior.receive((context, m) -> context.stop()))));
        assertThat(sizes.await(2)).containsExactly(1, 2);
        workers.tellOne("stop");
        assertThat(sizes.await(3)).last().isEqualTo(1);

        listening.dispose();
        group.stop();
        group.whenTerminated().block(Conditions.BOUND);
        assertThat(workers.members()).isEmpty();
        assertThat(sizes.all()).hasSize(3);
    }

    /** An actor elsewhere, as far as watching is concerned. */
    private static class Far implements RemoteActorRef<Object>, OneShotRef<Object> {
        private final String name;
        private final Set<Watcher> watchers;

        Far(String name) {
            this(name, ConcurrentHashMap.newKeySet());
        }

        Far(String name, Set<Watcher> watchers) {
            this.name = name;
            this.watchers = watchers;
        }

        void end(TerminationReason reason) {
            watchers.forEach(watcher -> watcher.terminated(this, reason));
        }

        @Override
        public void addWatcher(Watcher watcher) {
            watchers.add(watcher);
        }

        @Override
        public void removeWatcher(Watcher watcher) {
            watchers.remove(watcher);
        }

        @Override
        public TellResult tell(Object message) {
            return TellResult.ACCEPTED;
        }

        @Override
        public String path() {
            return "bastion://far/" + name;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Far same && same.name.equals(name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }
}
