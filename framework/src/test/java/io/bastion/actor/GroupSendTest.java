package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Backoff;
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
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/** {@link Distributor#sendOne}: a message that waits for room at a member of a group. */
class GroupSendTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    /** What was handled, as {@code member:message}. */
    private final Recorder<String> handled = new Recorder<>();

    private final Recorder<String> results = new Recorder<>();

    /** The message "wait" is in work until the test ends it. */
    private final Sinks.Empty<Void> work = Sinks.empty();

    private static String name(ActorRef<?> actor) {
        return actor.path().substring(actor.path().lastIndexOf('/') + 1);
    }

    private ActorSpec<Object> worker(int capacity) {
        return ActorSpec.<Object>of(
                        "worker",
                        () -> Behavior.receiveAsync((context, m) -> {
                            if (m.equals("fail")) {
                                return Mono.error(new IllegalStateException("wanted"));
                            }
                            handled.add(name(context.self()) + ":" + m);
                            return m.equals("wait") ? work.asMono() : Mono.empty();
                        }))
                .mailbox(Mailbox.bounded(capacity));
    }

    private SupervisorRef start(GroupSpec<?> spec) {
        SupervisorRef group = test.system.supervise(spec);
        group.whenStarted().block(Conditions.BOUND);
        return group;
    }

    /** A group whose members are at work, with full mailboxes of one message. */
    private SupervisorRef startFull(GroupSpec<?> spec) {
        SupervisorRef group = start(spec);
        for (ActorRef<Object> member : workers().members()) {
            member.tell("wait");
            Conditions.await("at work", () -> handled.all().contains(name(member) + ":wait"));
            member.tell("queued");
        }
        return group;
    }

    private Distributor<Object> workers() {
        return test.system.distributor("workers", Object.class);
    }

    private Disposable send(Object message) {
        return workers()
                .sendOne(message)
                .subscribe(
                        in -> results.add(message + (in ? " in" : " out")),
                        error -> results.add(message + " failed: " + error));
    }

    @Test
    void withRoom_isAcceptedAtOnce_bySubscription_atTheMemberThatIsNext() {
        start(GroupSpec.of("workers", 2, worker(10)));
        Mono<Boolean> send = workers().sendOne("m");
        test.settle();
        assertThat(handled.all()).isEmpty();
        assertThat(send.block(Conditions.BOUND)).isTrue();
        assertThat(send.block(Conditions.BOUND)).isTrue();
        assertThat(handled.await(2)).containsExactlyInAnyOrder("1:m", "2:m");
    }

    @Test
    void whenTheMemberIsFull_waitsForIt_alsoWhenAnotherHasRoom() {
        start(GroupSpec.of("workers", 2, worker(1)).dispatcher((message, members) -> 0));
        send("wait");
        handled.await(1);
        send("a");
        for (int i = 0; i < 20; i++) {
            send(i);
        }
        test.settle();
        assertThat(results.all()).containsExactly("wait in", "a in");
        work.tryEmitEmpty();
        results.await(22);
        List<String> expected = new ArrayList<>(List.of("1:wait", "1:a"));
        for (int i = 0; i < 20; i++) {
            expected.add("1:" + i);
        }
        assertThat(handled.await(22)).containsExactlyElementsOf(expected);
    }

    @Test
    void aPublisherThatIsSent_isRequestedNoFurtherThanThereIsRoom() {
        startFull(GroupSpec.of("workers", 2, worker(1)));
        AtomicInteger taken = new AtomicInteger();
        Mono<Void> all = Flux.range(0, 1_000)
                .doOnNext(i -> taken.incrementAndGet())
                .concatMap(workers()::sendOne, 0)
                .then();
        Recorder<String> end = new Recorder<>();
        all.subscribe(nothing -> {}, error -> end.add("failed"), () -> end.add("complete"));
        test.settle();
        assertThat(taken.get()).isEqualTo(1);
        work.tryEmitEmpty();
        assertThat(end.await(1)).containsExactly("complete");
        handled.await(1_004);
    }

    @Test
    void whenTheMemberEndsBeforeThereIsRoom_goesToAnother() {
        startFull(GroupSpec.of("workers", 2, worker(1)).dispatcher((message, members) -> 0));
        send("a");
        send("b");
        workers().members().get(0).kill();
        work.tryEmitEmpty();
        assertThat(results.await(2)).containsExactly("a in", "b in");
        assertThat(handled.await(5)).containsExactlyInAnyOrder("1:wait", "2:wait", "2:queued", "2:a", "2:b");
        assertThat(test.rest().refused()).isZero();
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly("queued");
        assertThat(test.deadLetters).hasSize(1);
    }

    @Test
    void whenTheMemberIsRemovedByTheResizer_goesToAnother() {
        Duration step = Duration.ofSeconds(1);
        AtomicInteger chosen = new AtomicInteger(2);
        start(GroupSpec.of("workers", 3, worker(1))
                .dispatcher((message, members) -> Math.min(chosen.get(), members.size() - 1))
                .resizer(Resizer.between(1, 3)
                        .downscaleBelow(0.9)
                        .downscaleRate(0.3)
                        .upscaleRate(0)
                        .step(step)
                        .coolDown(Duration.ZERO)));
        send("wait");
        handled.await(1);
        send("queued");
        send("late");
        test.advance(step); // the youngest is removed: it is chosen by nobody any more, and handles what it has
        Conditions.await("removed", () -> workers().members().size() < 3);
        assertThat(results.all()).containsExactly("wait in", "queued in");
        work.tryEmitEmpty();
        assertThat(results.await(3)).contains("late in");
        assertThat(handled.await(3)).contains("3:wait", "3:queued").anyMatch(h -> h.endsWith(":late"));
        assertThat(test.deadLetters).isEmpty();
    }

    @Test
    void aMemberThatIsRestarted_isWaitedFor() {
        Duration delay = Duration.ofSeconds(1);
        start(GroupSpec.of(
                "workers", 2, worker(1).restart(Restart.transientOnFailure().backoff(Backoff.constant(delay)))));
        workers().members().get(0).tell("fail");
        test.settle();
        send("a"); // to 1, which has room and no incarnation
        send("x"); // to 2
        send("b"); // to 1
        send("y");
        handled.await(2);
        test.settle();
        assertThat(results.all()).containsExactlyInAnyOrder("a in", "x in", "y in");
        test.advance(delay);
        assertThat(results.await(4)).contains("b in");
        assertThat(handled.await(4)).containsExactlyInAnyOrder("2:x", "2:y", "1:a", "1:b");
    }

    @Test
    void whenTheGroupEnds_givesFalse_andADeadLetter() {
        SupervisorRef group = startFull(GroupSpec.of("workers", 2, worker(1)));
        send("a");
        send("b");
        send("c");
        group.kill();
        assertThat(results.await(3)).containsExactlyInAnyOrder("a out", "b out", "c out");
        group.whenTerminated().block(Conditions.BOUND);
        send("d");
        assertThat(results.all()).contains("d out");
        assertThat(test.deadLetters(DeadLetter.Reason.TERMINATED)).containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(test.rest().refused()).isEqualTo(4);
    }

    @Test
    void cancelBeforeAcceptance_takesTheMessageBack() {
        startFull(GroupSpec.of("workers", 1, worker(1)));
        Disposable first = send("a");
        send("b");
        first.dispose();
        work.tryEmitEmpty();
        assertThat(results.await(1)).containsExactly("b in");
        assertThat(handled.await(3)).containsExactly("1:wait", "1:queued", "1:b");
        assertThat(test.deadLetters).isEmpty();
    }

    @Test
    void aFailingDispatcher_isADeadLetterOfItsOwn() {
        start(GroupSpec.of("workers", 1, worker(1)).dispatcher((message, members) -> 7));
        send("a");
        assertThat(results.all()).containsExactly("a out");
        assertThat(test.deadLetters(DeadLetter.Reason.UNDISPATCHED)).containsExactly("a");
    }

    @Test
    void theContextOfTheSubscriber_goesWithTheMessage() {
        start(GroupSpec.of(
                "workers",
                1,
                ActorSpec.of(
                        "w",
                        () -> Behavior.receive((context, m) ->
                                handled.add(context.contextView().<String>get("trace"))))));
        workers().sendOne("m").contextWrite(Context.of("trace", "seven")).block(Conditions.BOUND);
        assertThat(handled.await(1)).containsExactly("seven");
    }

    @Test
    void whatIsNoMessage_isRefusedAtTheCall() {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Distributor<Object> strings = (Distributor) test.system.distributor("workers", String.class);
        assertThatThrownBy(() -> strings.sendOne(1)).isInstanceOf(ClassCastException.class);
        assertThatThrownBy(() -> strings.sendOne(nothing())).isInstanceOf(NullPointerException.class);
    }

    @Test
    void interceptorsOfTheGroup_areAroundAllThatItsDistributorSends() {
        Recorder<String> passed = new Recorder<>();
        Interceptor doorman = new Interceptor() {
            @Override
            public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
                passed.add(name(target) + " " + message);
                return message.equals("no") ? TellResult.REFUSED : next.tell(message + "!");
            }
        };
        SupervisorRef group = start(GroupSpec.of("workers", 2, worker(100)).intercept(doorman));
        assertThat(workers().tellOne("a")).isEqualTo(TellResult.ACCEPTED);
        assertThat(workers().tellOne("no")).isEqualTo(TellResult.REFUSED);
        send("b");
        send("no");
        assertThat(results.all()).containsExactly("b in", "no out");
        assertThat(workers().tellEveryone("c").values()).containsOnly(TellResult.ACCEPTED);
        assertThat(passed.all()).containsExactly("1 a", "2 no", "1 b", "2 no", "1 c", "2 c");
        assertThat(handled.await(4)).containsExactlyInAnyOrder("1:a!", "1:b!", "1:c!", "2:c!");
        assertThat(test.deadLetters(DeadLetter.Reason.INTERCEPTED))
                .containsExactly("no"); // the tell's sender has its own
        assertThat(test.rest().refused()).isEqualTo(2);
        group.stop();
        group.whenTerminated().block(Conditions.BOUND);
        assertThat(workers().tellOne("late")).isEqualTo(TellResult.TERMINATED);
        send("late");
        assertThat(results.all()).contains("late out");
    }

    @Test
    void aWaitingMessage_passesTheInterceptorsOfTheMemberThatItGoesTo() {
        Recorder<String> passed = new Recorder<>();
        Interceptor trace = new Interceptor() {
            @Override
            public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
                passed.add(name(target) + " " + message);
                return next.tell(message);
            }
        };
        startFull(GroupSpec.of("workers", 2, worker(1))
                .dispatcher((message, members) -> 0)
                .intercept(trace));
        passed.clear();
        send("a");
        workers().members().get(0).kill();
        work.tryEmitEmpty();
        assertThat(results.await(1)).containsExactly("a in");
        assertThat(passed.all()).containsExactly("1 a", "2 a");
        handled.await(4);
    }

    @Test
    void manySenders_withMembersThatDie_loseNothing() throws InterruptedException {
        Random random = new Random(Seed.of("manySenders_withMembersThatDie"));
        int members = 6;
        int each = 1_500;
        start(GroupSpec.of("workers", members, worker(1 + random.nextInt(4)).restart(Restart.temporary())));
        AtomicInteger in = new AtomicInteger();
        AtomicInteger out = new AtomicInteger();
        List<Thread> senders = new ArrayList<>();
        for (int s = 0; s < 4; s++) {
            long seed = random.nextLong();
            senders.add(new Thread(() -> {
                Random own = new Random(seed);
                Flux.range(0, each)
                        .map(i -> own.nextInt(each) == 0 ? "fail" : "m")
                        .flatMap(workers()::sendOne, 16)
                        .doOnNext(accepted -> (accepted ? in : out).incrementAndGet())
                        .blockLast(Conditions.BOUND);
            }));
        }
        senders.forEach(Thread::start);
        for (int i = 0; i < members; i++) {
            Conditions.await("some are in", () -> in.get() + out.get() > random.nextInt(each));
            List<ActorRef<Object>> living = workers().members();
            if (!living.isEmpty()) {
                ActorRef<Object> victim = living.get(random.nextInt(living.size()));
                if (i % 2 == 0) {
                    victim.stop();
                } else {
                    victim.kill();
                }
            }
        }
        for (Thread sender : senders) {
            sender.join(Conditions.BOUND.toMillis());
            assertThat(sender.isAlive()).isFalse();
        }
        MessageStats stats = test.rest();
        assertThat(in.get() + out.get()).isEqualTo(4 * each);
        assertThat(stats.accepted()).isEqualTo(in.get());
        assertThat(stats.refused()).isEqualTo(out.get());
        assertThat((long) test.deadLetters.size()).isEqualTo(stats.refused() + stats.deadLettered());
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // on purpose
    private static <T> T nothing() {
        return null;
    }
}
