package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Messages put aside. */
class StashTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();

    /** Stashes all until "open" comes. */
    private ActorSpec<Object> closed() {
        return ActorSpec.<Object>of("a", () -> {
            boolean[] open = new boolean[1];
            return Behavior.receive((context, m) -> {
                if (m.equals("fail")) {
                    throw new IllegalStateException("wanted");
                }
                if (m.equals("open")) {
                    open[0] = true;
                    context.stash().unstashAll();
                } else if (!open[0]) {
                    context.stash().add();
                    seen.add("stashed " + m + " " + context.stash().size());
                    return;
                }
                seen.add(m);
            });
        });
    }

    @Test
    void whatIsStashedComesBackInOrderBeforeTheMailbox() {
        ActorRef<Object> actor = test.spawn(closed());
        ActorGate gate = new ActorGate();
        List.of(1, 2, 3).forEach(actor::tell);
        seen.await(3);
        assertThat(test.stats().queued()).isEqualTo(3);
        actor.tell("open");
        actor.tell(4);
        gate.open();
        assertThat(seen.await(8)).containsExactly("stashed 1 1", "stashed 2 2", "stashed 3 3", "open", 1, 2, 3, 4);
        assertThat(test.rest()).isEqualTo(new MessageStats(5, 5, 0, 0, 0, 0, 0));
    }

    @Test
    void unstashedMessagesThatAreStashedAgainKeepTheirPlace() {
        AtomicInteger round = new AtomicInteger();
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> {
                    if (m.equals("open")) {
                        round.incrementAndGet();
                        context.stash().unstashAll();
                    } else if (round.get() == 0 || round.get() == 1 && m.equals(1)) {
                        context.stash().add();
                    } else {
                        if (m.equals(2)) {
                            round.incrementAndGet();
                            context.stash().unstashAll(); // 1 comes before 3
                        }
                        seen.add(m);
                    }
                })));
        List.of(1, 2, 3, "open", 4).forEach(actor::tell);
        assertThat(seen.await(4)).containsExactly(2, 1, 3, 4);
        assertThat(test.rest().handled()).isEqualTo(5);
    }

    @Test
    void overTheCapacityTheHandlerGetsAnException() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                        "a",
                        () -> Behavior.<Object>receive((context, m) -> {
                            try {
                                context.stash().add();
                            } catch (StashOverflowException e) {
                                seen.add(String.valueOf(e.getMessage()));
                                seen.add(m);
                                context.stash().unstashAll();
                                context.become(Behavior.receive((c, n) -> seen.add(n)));
                            }
                        }))
                .stash(2));
        List.of(1, 2, 3, 4).forEach(actor::tell);
        List<Object> got = seen.await(5);
        assertThat((String) got.get(0)).startsWith("stash: ").contains("2");
        assertThat(got.subList(1, 5)).containsExactly(3, 1, 2, 4);
        assertThat(test.rest()).isEqualTo(new MessageStats(4, 4, 0, 0, 0, 0, 0));
    }

    @Test
    void anUncaughtOverflowFailsTheIncarnationAndKeepsTheStash() {
        ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of("a", context -> {
                    int incarnation = context.incarnation();
                    return Behavior.receive((c, m) -> {
                        if (incarnation == 0) {
                            c.stash().add();
                        }
                        seen.add(m + " in " + incarnation);
                    });
                })
                .stash(2));
        List.of(1, 2, 3, 4).forEach(actor::tell);
        assertThat(seen.await(5)).containsExactly("1 in 0", "2 in 0", "1 in 1", "2 in 1", "4 in 1");
        assertThat(test.rest()).isEqualTo(new MessageStats(4, 3, 1, 0, 0, 0, 0));
    }

    @Test
    void aRestartPutsTheStashBackBeforeTheMailbox() {
        ActorRef<Object> actor = test.spawn(closed());
        List.of(1, 2, "fail", 3).forEach(actor::tell);
        assertThat(seen.await(5))
                .containsExactly("stashed 1 1", "stashed 2 2", "stashed 1 1", "stashed 2 2", "stashed 3 3");
        actor.tell("open");
        assertThat(seen.await(9)).endsWith("open", 1, 2, 3);
        assertThat(test.rest()).isEqualTo(new MessageStats(5, 4, 1, 0, 0, 0, 0));
    }

    @Test
    void aRestartInTheMiddleOfTheReplayKeepsTheOrder() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of("a", () -> {
            boolean[] open = new boolean[1];
            return Behavior.<Object>receive((context, m) -> {
                if (context.incarnation() > 0) {
                    seen.add(m);
                } else if (m.equals("open")) {
                    open[0] = true;
                    context.stash().unstashAll();
                } else if (!open[0] || m.equals(1)) {
                    context.stash().add();
                } else if (m.equals(2)) {
                    throw new IllegalStateException("wanted");
                }
            });
        }));
        List.of(1, 2, 3, "open", 4).forEach(actor::tell);
        assertThat(seen.await(3)).containsExactly(1, 3, 4);
        assertThat(test.rest()).isEqualTo(new MessageStats(5, 4, 1, 0, 0, 0, 0));
    }

    @Test
    void aStopMakesDeadLettersOfTheStash() {
        ActorRef<Object> actor = test.spawn(closed());
        List.of(1, 2, 3).forEach(actor::tell);
        seen.await(3);
        actor.stop();
        TestSystem.end(actor);
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly(1, 2, 3);
        assertThat(test.rest()).isEqualTo(new MessageStats(3, 0, 0, 0, 3, 0, 0));
    }

    @Test
    void aMessageThatFailsAfterItWasStashedHasFailed() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> {
                    if (context.incarnation() == 0) {
                        context.stash().add();
                        if (m.equals("back")) {
                            context.stash().unstashAll();
                        }
                        if (!m.equals(1)) {
                            throw new IllegalStateException("wanted");
                        }
                    } else {
                        seen.add(m);
                    }
                })));
        List.of(1, "fail", 2).forEach(actor::tell);
        assertThat(seen.await(2)).containsExactly(1, 2);
        ActorRef<Object> other = test.spawn(ActorSpec.of(
                "b",
                () -> Behavior.<Object>receive((context, m) -> {
                    if (context.incarnation() == 0) {
                        context.stash().add();
                        context.stash().unstashAll();
                        throw new IllegalStateException("wanted");
                    }
                    seen.add(m);
                })));
        other.tell("back");
        other.tell("after");
        assertThat(seen.await(3)).endsWith("after");
        assertThat(test.rest()).isEqualTo(new MessageStats(5, 3, 2, 0, 0, 0, 0));
    }

    @Test
    void aMessageIsStashedOnce() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> {
                    context.stash().add();
                    try {
                        context.stash().add();
                    } catch (IllegalStateException e) {
                        seen.add(String.valueOf(e.getMessage()));
                    }
                })));
        actor.tell(1);
        assertThat((String) seen.await(1).get(0)).startsWith("stash: the message is stashed already");
        actor.stop();
        TestSystem.end(actor);
        assertThat(test.rest()).isEqualTo(new MessageStats(1, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void aStashedRequestIsAnsweredWhenItComesBack() {
        record Get(ActorRef<String> reply) {}
        ActorRef<Object> actor = test.spawn(ActorSpec.of("a", () -> {
            boolean[] open = new boolean[1];
            return Behavior.<Object>receive((context, m) -> {
                if (m.equals("open")) {
                    open[0] = true;
                    context.stash().unstashAll();
                } else if (!open[0]) {
                    context.stash().add();
                    seen.add("stashed");
                } else if (m instanceof Get get) {
                    get.reply().tell("reply");
                }
            });
        }));
        actor.<String>ask(Get::new, Duration.ofMinutes(1)).subscribe(seen::add);
        actor.<String>ask(Get::new, Duration.ofMinutes(1)).subscribe(seen::add);
        seen.await(2);
        actor.tell("open");
        assertThat(seen.await(4)).containsExactly("stashed", "stashed", "reply", "reply");
        ActorRef<Object> other = test.spawn(ActorSpec.of(
                "b",
                () -> Behavior.<Object>receive((context, m) -> {
                    context.stash().add();
                    seen.add("stashed");
                })));
        other.<String>ask(Get::new, Duration.ofMinutes(1)).subscribe(seen::add, e -> seen.add(e.getClass()));
        seen.await(5);
        other.stop();
        assertThat(seen.await(6)).endsWith(ActorTerminatedException.class);
    }

    @Test
    void stashedElementsOfAFeedGiveTheirCreditBackWhenTheyAreHandled() {
        ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of(
                        "a",
                        () -> Behavior.<Object>receive((context, m) -> {
                            if (m.equals("open")) {
                                context.become(Behavior.receive((c, n) -> seen.add(n)));
                                context.stash().unstashAll();
                            } else {
                                context.stash().add();
                            }
                        }))
                .stash(2_000));
        AtomicInteger requested = new AtomicInteger();
        actor.feed(Flux.range(0, 1_000).hide().doOnRequest(n -> requested.addAndGet((int) n)))
                .subscribe();
        Conditions.await("the credit is stashed", () -> actor.stats().queued() == 256);
        test.settle();
        assertThat(requested.get()).isEqualTo(256);
        actor.tell("open");
        assertThat(seen.await(1_000)).hasSize(1_000).doesNotHaveDuplicates();
        assertThat(test.rest().handled()).isEqualTo(1_001);
    }

    @Test
    void anAsynchronousHandlerMayStashToo() {
        Sinks.Empty<Void> work = Sinks.empty();
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receiveAsync((context, m) -> {
                    if (m.equals("open")) {
                        context.become(Behavior.receive((c, n) -> seen.add(n)));
                        context.stash().unstashAll();
                        return Mono.empty();
                    }
                    context.stash().add();
                    seen.add("stashed " + m);
                    return m.equals(2) ? work.asMono() : Mono.empty();
                })));
        List.of(1, 2, 3).forEach(actor::tell);
        seen.await(2);
        test.settle();
        assertThat(test.stats()).isEqualTo(new MessageStats(3, 0, 0, 0, 0, 3, 0));
        work.tryEmitEmpty();
        seen.await(3);
        actor.tell("open");
        assertThat(seen.await(6)).containsExactly("stashed 1", "stashed 2", "stashed 3", 1, 2, 3);
        assertThat(test.rest()).isEqualTo(new MessageStats(4, 4, 0, 0, 0, 0, 0));
    }

    @Test
    void aChildsFactoryCannotStashTheMessageOfItsParent() {
        ActorRef<Object> parent = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> context.spawn(ActorSpec.<Object>of("child", c -> {
                    try {
                        c.stash().add();
                    } catch (IllegalStateException e) {
                        seen.add(String.valueOf(e.getMessage()));
                    }
                    return Behavior.receive((d, n) -> {});
                })))));
        parent.tell(1);
        assertThat(seen.await(1)).containsExactly("message: none in work (expected: a call from within a handler)");
    }
}
