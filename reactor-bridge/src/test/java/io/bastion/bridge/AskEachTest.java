package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.AskFailedException;
import io.bastion.actor.AskTimeoutException;
import io.bastion.actor.Behavior;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.mailbox.Mailbox;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asking an actor about each element of a stream. */
@BastionTest
class AskEachTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    record Square(int n, ActorRef<Integer> replyTo) {}

    private final List<Integer> asked = new CopyOnWriteArrayList<>();

    private final List<Square> open = new CopyOnWriteArrayList<>();

    private ActorSpec<Square> squares() {
        return ActorSpec.<Square>anonymous(() -> Behavior.receive((context, q) -> {
            asked.add(q.n());
            if (q.n() == 13) {
                throw new IllegalStateException("thirteen");
            }
            q.replyTo().tell(q.n() * q.n());
        }));
    }

    /** Replies when the test does. */
    private ActorRef<Square> mute(TestKit kit, int capacity) {
        return kit.spawn(ActorSpec.<Square>anonymous(() -> Behavior.receive((context, q) -> open.add(q)))
                .mailbox(Mailbox.bounded(capacity)));
    }

    @Test
    void replies_comeInTheOrderOfTheElements(TestKit kit) {
        ActorRef<Square> actor = mute(kit, 100);
        Flux<Integer> replies = Flux.range(1, 4).transform(ActorStreams.askEach(actor, Square::new, SECOND));
        List<Integer> got = new ArrayList<>();
        replies.subscribe(got::add);
        kit.rest();
        assertThat(open).extracting(Square::n).containsExactly(1, 2, 3, 4);
        List<Square> backwards = new ArrayList<>(open);
        Collections.reverse(backwards);
        backwards.forEach(q -> q.replyTo().tell(q.n() * q.n()));
        kit.rest();
        assertThat(got).containsExactly(1, 4, 9, 16);
    }

    @Test
    void unordered_repliesComeAsTheyAre(TestKit kit) {
        ActorRef<Square> actor = mute(kit, 100);
        AskEach<Integer, Integer> ask = ActorStreams.askEach(actor, Square::new, SECOND);
        List<Integer> got = new ArrayList<>();
        Flux.range(1, 3).transform(ask.unordered()).subscribe(got::add);
        kit.rest();
        open.get(2).replyTo().tell(9);
        open.get(0).replyTo().tell(1);
        open.get(1).replyTo().tell(4);
        kit.rest();
        assertThat(got).containsExactly(9, 1, 4);
    }

    @Test
    void concurrency_boundsTheOpenAsks_andTheDemand(TestKit kit) {
        ActorRef<Square> actor = mute(kit, 100);
        AskEach<Integer, Integer> ask = ActorStreams.askEach(actor, Square::new, SECOND);
        List<Integer> taken = new ArrayList<>();
        List<Integer> got = new ArrayList<>();
        Flux.range(1, 10).doOnNext(taken::add).transform(ask.concurrency(3)).subscribe(got::add);
        kit.rest();
        assertThat(open).hasSize(3);
        assertThat(taken).hasSize(3);
        open.get(0).replyTo().tell(1);
        kit.rest();
        assertThat(open).hasSize(4);
        for (int i = 1; i < 10; i++) {
            open.get(i).replyTo().tell(open.get(i).n());
            kit.rest();
        }
        assertThat(got).hasSize(10);
    }

    @Test
    void fullMailbox_makesRequestsWait_inOrder(TestKit kit) {
        ActorRef<Square> actor = kit.spawn(squares().mailbox(Mailbox.bounded(2)));
        List<Integer> squares = kit.result(Flux.range(20, 500)
                .transform(ActorStreams.askEach(actor, Square::new, SECOND))
                .collectList());
        assertThat(squares)
                .isEqualTo(IntStream.range(20, 520).map(n -> n * n).boxed().toList());
        assertThat(asked).isEqualTo(IntStream.range(20, 520).boxed().toList());
        assertThat(actor.stats().refused()).isZero();
    }

    @Test
    void fullMailbox_isWaitedForNoLongerThanTheTimeOut_andTheRequestIsTakenBack(TestKit kit) {
        ActorRef<Square> actor = kit.spawn(ActorSpec.<Square>anonymous(() -> Behavior.receiveAsync((context, q) -> {
                    asked.add(q.n());
                    return Mono.never();
                }))
                .mailbox(Mailbox.bounded(1)));
        actor.tell(new Square(0, actorThatIgnores(kit)));
        kit.rest();
        actor.tell(new Square(1, actorThatIgnores(kit)));
        kit.<Integer>verify(() -> Flux.just(2).transform(ActorStreams.askEach(actor, Square::new, SECOND)))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(999))
                .thenAwait(Duration.ofMillis(1))
                .verifyError(AskTimeoutException.class);
        actor.kill();
        kit.rest();
        assertThat(asked).containsExactly(0);
        assertThat(kit.deadLetters())
                .extracting(letter -> ((Square) letter.message()).n())
                .containsOnlyOnce(1)
                .doesNotContain(2);
    }

    private static ActorRef<Integer> actorThatIgnores(TestKit kit) {
        return kit.<Integer>probe().ref();
    }

    @Test
    void waitingRequests_failWhenTheActorEnds(TestKit kit) {
        ActorRef<Square> actor =
                kit.spawn(ActorSpec.<Square>anonymous(() -> Behavior.receiveAsync((context, q) -> Mono.never()))
                        .mailbox(Mailbox.bounded(1)));
        List<Throwable> errors = new ArrayList<>();
        Flux.range(1, 5)
                .transform(ActorStreams.askEach(actor, Square::new, SECOND))
                .subscribe(n -> {}, errors::add);
        kit.rest();
        actor.kill();
        kit.rest();
        assertThat(errors).hasSize(1).first().isInstanceOf(ActorTerminatedException.class);
        assertThat(kit.deadLetters()).extracting(DeadLetter::message).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void failedAsk_failsTheStream_andCancelsTheOthers(TestKit kit) {
        ActorRef<Square> actor = kit.spawn(squares());
        List<Integer> got = new ArrayList<>();
        List<Throwable> errors = new ArrayList<>();
        Flux.just(1, 13, 2)
                .transform(ActorStreams.askEach(actor, Square::new, SECOND))
                .subscribe(got::add, errors::add);
        kit.rest();
        assertThat(errors).hasSize(1).first().isInstanceOf(AskFailedException.class);
        assertThat(got).doesNotContain(4);
    }

    @Test
    void timeout_failsTheStream(TestKit kit) {
        ActorRef<Square> actor = mute(kit, 10);
        kit.<Integer>verify(() -> Flux.just(1).transform(ActorStreams.askEach(actor, Square::new, SECOND)))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(999))
                .thenAwait(Duration.ofMillis(1))
                .verifyError(AskTimeoutException.class);
    }

    @Test
    void cancellation_cancelsAllAsks(TestKit kit) {
        ActorRef<Square> actor = mute(kit, 10);
        var subscription = Flux.range(1, 3)
                .transform(ActorStreams.askEach(actor, Square::new, SECOND))
                .subscribe();
        kit.rest();
        subscription.dispose();
        open.forEach(q -> q.replyTo().tell(q.n()));
        kit.rest();
        assertThat(kit.deadLetters()).extracting(DeadLetter::reason).containsOnly(DeadLetter.Reason.LATE_REPLY);
        assertThat(kit.deadLetters()).hasSize(3);
    }

    @Test
    void context_goesWithEachRequest(TestKit kit) {
        ActorRef<Square> actor = kit.spawn(ActorSpec.<Square>of(
                "reader",
                (ActorContext<Square> c) -> Behavior.receive(
                        (context, q) -> q.replyTo().tell(context.contextView().<Integer>get("factor") * q.n()))));
        Flux<Integer> replies = Flux.range(1, 3)
                .transform(ActorStreams.askEach(actor, Square::new, SECOND))
                .contextWrite(c -> c.put("factor", 10));
        assertThat(kit.result(replies.collectList())).containsExactly(10, 20, 30);
    }

    @Test
    void group_isAskedThroughItsDistributor(TestKit kit) {
        kit.system().supervise(GroupSpec.of("squares", 3, squares().named("square")));
        Distributor<Square> group = kit.system().distributor("squares", Square.class);
        kit.rest();
        assertThat(kit.result(Flux.range(1, 5)
                        .transform(ActorStreams.askEach(group, Square::new, SECOND))
                        .collectList()))
                .containsExactly(1, 4, 9, 16, 25);
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void badInput_isRefusedAtTheCall(TestKit kit) {
        ActorRef<Square> actor = kit.spawn(squares());
        assertThatThrownBy(() ->
                        ActorStreams.<Integer, Square, Integer>askEach((ActorRef<Square>) null, Square::new, SECOND))
                .hasMessage("actor: null (expected: an ActorRef)");
        assertThatThrownBy(() ->
                        ActorStreams.<Integer, Square, Integer>askEach((Distributor<Square>) null, Square::new, SECOND))
                .hasMessage("group: null (expected: a Distributor)");
        assertThatThrownBy(() -> ActorStreams.<Integer, Square, Integer>askEach(actor, null, SECOND))
                .hasMessageStartingWith("request: null (expected: ");
        assertThatThrownBy(() -> ActorStreams.<Integer, Square, Integer>askEach(actor, Square::new, Duration.ZERO))
                .hasMessage("timeout: PT0S (expected: > 0)");
        assertThatThrownBy(() -> ActorStreams.<Integer, Square, Integer>askEach(actor, Square::new, SECOND)
                        .concurrency(0))
                .hasMessage("concurrency: 0 (expected: >= 1)");
    }
}
