package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.bastion.mailbox.Mailbox;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** Interceptors: in which order, around what, and what becomes of messages that they do not pass on. */
class InterceptorTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();
    private final Recorder<Object> passed = new Recorder<>();

    /** Records by name what it is around. */
    private Interceptor trace(String name) {
        return new Interceptor() {
            @Override
            public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
                passed.add(name + " tell " + message);
                return next.tell(message);
            }

            @Override
            public void receive(ActorContext<?> context, Object message, ReceiveChain next) throws Exception {
                passed.add(name + " receive " + message);
                next.receive(message);
            }

            @Override
            public void signal(ActorContext<?> context, Signal signal, SignalChain next) throws Exception {
                passed.add(name + " signal " + signal.getClass().getSimpleName());
                next.signal(signal);
            }
        };
    }

    /** Answers tells by itself. */
    private static Interceptor answering(TellResult result) {
        return new Interceptor() {
            @Override
            public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
                return result;
            }
        };
    }

    private interface Around {
        void receive(Object message, Interceptor.ReceiveChain next) throws Exception;
    }

    private static Interceptor receiving(Around around) {
        return new Interceptor() {
            @Override
            public void receive(ActorContext<?> context, Object message, ReceiveChain next) throws Exception {
                around.receive(message, next);
            }
        };
    }

    /** Records messages with the incarnation; fails on "fail". */
    private ActorSpec<Object> recording(String name) {
        return ActorSpec.of(
                name,
                () -> Behavior.receive((context, m) -> {
                    if (m.equals("fail")) {
                        throw new IllegalStateException("fail");
                    }
                    seen.add(m + " " + context.incarnation());
                }));
    }

    @Test
    void interceptors_ofSystemSubtreesAndActor_goFromTheOutsideIn() {
        Recorder<ActorRef<Object>> leaf = new Recorder<>();
        ActorSpec<Object> spec = ActorSpec.<Object>of("leaf", context -> {
                    leaf.add(context.self());
                    return Behavior.receive((c, m) -> seen.add(m));
                })
                .intercept(trace("own 1"), trace("own 2"));
        ActorSystem system = ActorSystem.builder("other")
                .scheduler(test.scheduler)
                .intercept(trace("system"))
                .build();
        SupervisorRef top = system.supervise(SupervisorSpec.named("top")
                .intercept(trace("top"))
                .child(GroupSpec.of("group", 1, spec).intercept(trace("group"))));
        top.whenStarted().block();
        leaf.await(1).get(0).tell("m");
        seen.await(1);
        assertThat(passed.all())
                .containsExactly(
                        "system tell m",
                        "top tell m",
                        "group tell m",
                        "own 1 tell m",
                        "own 2 tell m",
                        "system receive m",
                        "top receive m",
                        "group receive m",
                        "own 1 receive m",
                        "own 2 receive m");
        passed.clear();
        system.close();
        assertThat(passed.all())
                .containsExactly(
                        "system signal Stopped",
                        "top signal Stopped",
                        "group signal Stopped",
                        "own 1 signal Stopped",
                        "own 2 signal Stopped",
                        "system signal Stopped", // of the group
                        "top signal Stopped",
                        "system signal Stopped"); // of the supervisor
    }

    @Test
    void interceptorsOfAGroup_areAroundWhatItsDistributorTells() {
        test.system
                .supervise(GroupSpec.of("group", 2, recording("member")).intercept(trace("group")))
                .whenStarted()
                .block();
        Distributor<Object> group = test.system.distributor("group", Object.class);
        group.tellOne("one");
        group.tellEveryone("all");
        seen.await(3);
        assertThat(passed.all())
                .filteredOn(step -> step.toString().contains(" tell "))
                .containsExactly("group tell one", "group tell all", "group tell all");
    }

    @Test
    void ownInterceptors_areNotAroundChildren() {
        ActorRef<Object> parent = test.spawn(ActorSpec.<Object>of(
                        "parent",
                        () -> Behavior.receive((context, m) ->
                                context.spawn(recording("child")).tell("to child")))
                .intercept(trace("own")));
        parent.tell("m");
        seen.await(1);
        assertThat(passed.all()).containsExactly("own tell m", "own receive m");
    }

    @Test
    void everyWayIn_isIntercepted_butNotWhatAnActorGetsFromItself() {
        Recorder<ActorRef<Integer>> adapter = new Recorder<>();
        ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of("a", context -> {
                    adapter.add(context.adapter((Integer i) -> "adapted " + i));
                    context.timers().once("key", "tick", LONG);
                    return Behavior.receive((c, m) -> {
                        if (m instanceof AskTest.Get get) {
                            get.reply().tell(get.what());
                        }
                        seen.add(m);
                    });
                })
                .intercept(trace("i")));
        ActorRef<Object> forwarder =
                test.spawn(ActorSpec.of("f", () -> Behavior.receive((context, m) -> context.forward(actor, m))));
        actor.tell("tell");
        actor.tell("context", Context.of("k", "v"));
        actor.tellAll(List.of("all 1", "all 2"));
        assertThat(actor.send("send").block()).isTrue();
        actor.feed(Flux.just("feed 1", "feed 2")).block();
        assertThat(actor.<String>ask(reply -> new AskTest.Get("ask", reply), LONG)
                        .block())
                .isEqualTo("ask");
        adapter.await(1).get(0).tell(1);
        forwarder.tell("forward");
        seen.await(10);
        test.advance(LONG);
        assertThat(seen.await(11)).endsWith("tick");
        List<Object> tells = passed.all().stream()
                .filter(p -> p.toString().startsWith("i tell"))
                .toList();
        assertThat(tells)
                .containsExactly(
                        "i tell tell",
                        "i tell context",
                        "i tell all 1",
                        "i tell all 2",
                        "i tell send",
                        "i tell feed 1",
                        "i tell feed 2",
                        "i tell Get ask",
                        "i tell adapted 1",
                        "i tell forward");
        assertThat(passed.all()).contains("i receive tick").hasSize(tells.size() + 11);
    }

    @Test
    void refusedMessages_areCounted_andKeptByWhoeverCanKeepThem() {
        ActorRef<Object> actor = test.spawn(recording("a").intercept(answering(TellResult.REFUSED)));
        assertThat(actor.tell("tell")).isEqualTo(TellResult.REFUSED);
        assertThat(actor.tell("context", Context.of("k", "v"))).isEqualTo(TellResult.REFUSED);
        assertThat(actor.tellAll(List.of("all 1", "all 2"))).isEqualTo(TellResult.REFUSED);
        StepVerifier.create(actor.ask(reply -> "ask", LONG))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(AskRefusedException.class)
                        .hasMessage("ask: refused by an interceptor of bastion://test/a"
                                + " (expected: a request that it lets through)"));
        assertThat(test.deadLetters).isEmpty();
        assertThat(actor.stats().refused()).isEqualTo(5);

        assertThat(actor.send("send").block()).isFalse();
        actor.feed(Flux.range(0, 1_000)).block(); // more than its credit
        assertThat(test.deadLetters(DeadLetter.Reason.INTERCEPTED))
                .hasSize(1_001)
                .startsWith("send", 0, 1);
        assertThat(test.rest().refused()).isEqualTo(5 + 1_001);
        assertThat(test.stats().accepted()).isZero();
    }

    @Test
    void messageThatAnInterceptorOnlySaysItAccepted_isDroppedAndADeadLetter() {
        ActorRef<Object> actor = test.spawn(recording("a").intercept(answering(TellResult.ACCEPTED)));
        assertThat(actor.tell("m")).isEqualTo(TellResult.DROPPED);
        assertThat(actor.tellAll(List.of("n", "o"))).isEqualTo(TellResult.DROPPED);
        assertThat(test.deadLetters(DeadLetter.Reason.INTERCEPTED)).containsExactlyInAnyOrder("m", "n", "o");
        assertThat(test.rest().refused()).isEqualTo(3);
    }

    @Test
    void tellAll_oneRefused_sendsNone() {
        ActorRef<Object> actor = test.spawn(recording("a").intercept(new Interceptor() {
            @Override
            public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
                return message.equals("bad") ? TellResult.REFUSED : next.tell(message);
            }
        }));
        assertThat(actor.tellAll(List.of("x", "bad", "y"))).isEqualTo(TellResult.REFUSED);
        assertThat(actor.tellAll(List.of("1", "2"))).isEqualTo(TellResult.ACCEPTED);
        assertThat(seen.await(2)).containsExactly("1 0", "2 0");
        assertThat(test.rest().refused()).isEqualTo(3);
    }

    @Test
    void interceptorThatThrowsInTell_changesNothing() {
        Interceptor before = new Interceptor() {
            @Override
            public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
                throw new AssertionError("before");
            }
        };
        Interceptor after = new Interceptor() {
            @Override
            public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
                next.tell(message);
                throw new StackOverflowError("after");
            }
        };
        test.logger().setLevel(Level.ERROR);
        ActorRef<Object> actor = test.spawn(recording("a").intercept(before, after, trace("i")));
        assertThat(actor.tell("m")).isEqualTo(TellResult.ACCEPTED);
        assertThat(seen.await(1)).containsExactly("m 0");
        assertThat(passed.all()).containsExactly("i tell m", "i receive m");
        assertThat(test.logged())
                .filteredOn(line -> line.contains("in an interceptor"))
                .hasSize(2);
        test.logger().setLevel(Level.OFF);
        actor.kill();
        TestSystem.end(actor);
        assertThat(actor.tell("late")).isEqualTo(TellResult.TERMINATED);
        assertThat(test.deadLetters(DeadLetter.Reason.TERMINATED)).containsExactly("late");
    }

    @Test
    void exceptionOfTheMailboxesOrder_reachesTheSenderThroughInterceptors() {
        ActorRef<Object> actor = test.spawn(recording("a")
                .mailbox(Mailbox.unbounded().priority(Comparator.<Object, Integer>comparing(Integer.class::cast)))
                .intercept(trace("i")));
        assertThatThrownBy(() -> actor.tellAll(List.of("x", "y"))).isInstanceOf(ClassCastException.class);
    }

    @Test
    void messageThatIsNeitherPassedOnNorDropped_isHandled_andADroppedOneIsADeadLetter() {
        ActorRef<Object> actor = test.spawn(recording("a").intercept(receiving((m, next) -> {
            if (m.equals("pass")) {
                next.receive("changed");
            } else if (!m.equals("swallow")) {
                next.drop();
            }
        })));
        actor.tellAll(List.of("swallow", "drop", "pass"));
        StepVerifier.create(actor.ask(reply -> "ask", LONG)).verifyError(AskRefusedException.class);
        MessageStats stats = test.rest();
        assertThat(seen.all()).containsExactly("changed 0");
        assertThat(stats.handled()).isEqualTo(2);
        assertThat(stats.dropped()).isEqualTo(2);
        assertThat(test.deadLetters(DeadLetter.Reason.INTERCEPTED)).containsExactly("drop", "ask");
    }

    @Test
    void chain_usedTwiceOrLate_isRefused() {
        Recorder<Interceptor.ReceiveChain> chain = new Recorder<>();
        ActorRef<Object> actor = test.spawn(recording("a").intercept(receiving((m, next) -> {
            chain.add(next);
            next.receive(m);
            assertThatThrownBy(next::drop).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> next.receive(m))
                    .hasMessage("receive: the message is done with (expected: one call, within Interceptor.receive)");
        })));
        actor.tell("m");
        assertThatThrownBy(() -> chain.await(1).get(0).receive("n")).isInstanceOf(IllegalStateException.class);
        assertThat(test.rest().handled()).isEqualTo(1);
        assertThat(seen.all()).containsExactly("m 0");
    }

    @Test
    void receive_interceptorFails_incarnationFails_andTheNextIsInterceptedToo() {
        ActorRef<Object> actor = test.spawn(recording("a").intercept(receiving((m, next) -> {
            passed.add(m);
            if (m.equals("bad")) {
                throw new java.io.IOException("interceptor");
            }
            next.receive(m);
        })));
        actor.tellAll(List.of("x", "bad", "y"));
        assertThat(seen.await(2)).containsExactly("x 0", "y 1");
        assertThat(passed.all()).containsExactly("x", "bad", "y");
        assertThat(test.rest().failed()).isEqualTo(1);
    }

    @Test
    void receive_failureThatIsCaught_letsTheIncarnationGoOn_andMayBeTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of(
                        "a",
                        () -> Behavior.receive((context, m) -> {
                            if (tries.incrementAndGet() < 3) {
                                throw new IllegalStateException();
                            }
                            seen.add(m + " " + context.incarnation());
                        }))
                .intercept(receiving((m, next) -> {
                    for (; ; ) {
                        try {
                            next.receive(m);
                            return;
                        } catch (IllegalStateException e) {
                            passed.add("try " + tries);
                        }
                    }
                })));
        actor.tell("m");
        assertThat(seen.await(1)).containsExactly("m 0");
        assertThat(passed.all()).containsExactly("try 1", "try 2");
    }

    @Test
    void asynchronousHandler_keepsItsConcurrency_andTellsWhenItsPublisherEnds() {
        Sinks.Empty<Void> a = Sinks.empty();
        Sinks.Empty<Void> b = Sinks.empty();
        ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of(
                        "a",
                        () -> Behavior.receiveAsync(2, (context, m) -> {
                            seen.add(m);
                            return m.equals("now") ? Mono.empty() : m.equals("a") ? a.asMono() : b.asMono();
                        }))
                .intercept(receiving((m, next) -> next.receive(m, failure -> {
                    passed.add(m + " "
                            + (failure == null ? "done" : failure.getClass().getSimpleName()));
                    throw new IllegalStateException("of a listener");
                }))));
        actor.tellAll(List.of("now", "a", "b", "later"));
        seen.await(3);
        test.settle();
        assertThat(passed.all()).containsExactly("now done");
        assertThat(seen.all()).doesNotContain("later");
        a.tryEmitEmpty();
        seen.await(4);
        b.tryEmitError(new IllegalArgumentException());
        passed.await(4);
        assertThat(passed.all().subList(0, 2)).containsExactly("now done", "a done");
        assertThat(passed.all()).contains("b IllegalArgumentException");
    }

    @Test
    void asynchronousWork_thatIsCancelled_tellsSo() {
        Recorder<Throwable> done = new Recorder<>();
        ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of(
                        "a",
                        () -> Behavior.receiveAsync((context, m) -> {
                            seen.add(m);
                            return Mono.never();
                        }))
                .intercept(receiving((m, next) -> next.receive(m, failure -> {
                    if (failure != null) {
                        done.add(failure);
                    }
                }))));
        actor.tell("m");
        seen.await(1);
        actor.kill();
        assertThat(done.await(1)).first().isInstanceOf(CancellationException.class);
    }

    @Test
    void flow_takesWhatItsInterceptorsPassOn() {
        ActorRef<Object> fused = test.spawn(flow("fused", false));
        ActorRef<Object> plain = test.spawn(flow("plain", true));
        for (ActorRef<Object> actor : List.of(fused, plain)) {
            actor.tellAll(List.of("1", "drop", "swallow", "fail", "2"));
        }
        seen.await(4);
        MessageStats stats = test.rest();
        assertThat(seen.all()).containsExactlyInAnyOrder("fused 1!", "fused 2!", "plain 1!", "plain 2!");
        assertThat(stats.handled()).isEqualTo(6);
        assertThat(stats.dropped()).isEqualTo(2);
        assertThat(stats.failed()).isEqualTo(2);
        assertThat(test.deadLetters(DeadLetter.Reason.INTERCEPTED)).containsExactly("drop", "drop");
    }

    private ActorSpec<Object> flow(String name, boolean hidden) {
        return ActorSpec.<Object>of(
                        name,
                        () -> Behavior.flow((context, inbox) -> {
                            Flux<Object> source = hidden ? inbox.hide() : inbox;
                            return source.concatMap(m -> Mono.fromRunnable(() -> seen.add(name + " " + m)));
                        }))
                .intercept(receiving((m, next) -> {
                    switch ((String) m) {
                        case "fail" -> throw new java.io.IOException("of an interceptor");
                        case "drop" -> next.drop();
                        case "swallow" -> {}
                        default -> next.receive(m + "!", failure -> passed.add(m));
                    }
                }));
    }

    @Test
    void become_theNextBehaviorIsInterceptedToo() {
        ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of(
                        "a",
                        () -> Behavior.receive((context, m) -> context.become(Behavior.receiveAsync((c, n) -> {
                            seen.add(n);
                            return Mono.empty();
                        }))))
                .intercept(trace("i")));
        actor.tellAll(List.of("1", "2"));
        seen.await(1);
        assertThat(passed.all()).contains("i receive 1", "i receive 2");
    }

    @Test
    void terminatedSignal_thatIsNotPassedOn_isNoDeathPact() {
        ActorRef<Object> watched = test.spawn(recording("watched"));
        ActorRef<Object> watcher = test.spawn(ActorSpec.<Object>of("watcher", context -> {
                    context.watch(watched);
                    return Behavior.receive((c, m) -> seen.add(m + " " + c.incarnation()));
                })
                .intercept(new Interceptor() {
                    @Override
                    public void signal(ActorContext<?> context, Signal signal, SignalChain next) {
                        passed.add(signal);
                    }
                }));
        watched.stop();
        assertThat(passed.await(1).get(0)).isInstanceOf(Signal.Terminated.class);
        watcher.tell("m");
        assertThat(seen.await(1)).containsExactly("m 0");
    }

    @Test
    void actorsOfOneKind_shareWhatTheyInherit() {
        ActorSystem system = ActorSystem.builder("other")
                .scheduler(test.scheduler)
                .intercept(trace("system"))
                .build();
        ActorSpec<Object> spec = ActorSpec.anonymous(() -> Behavior.receive((c, m) -> {}));
        ActorCell<?> one = (ActorCell<?>) system.spawn(spec);
        ActorCell<?> two = (ActorCell<?>) system.spawn(spec);
        assertThat(one.template).isSameAs(two.template);
        system.close();
    }
}
