package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.Behavior;
import io.bastion.actor.DeadLetter;
import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.Overflow;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Sending an actor each element of a stream. */
@BastionTest
class TellEachTest {
    private final List<Integer> handled = new CopyOnWriteArrayList<>();

    private ActorSpec<Integer> collector() {
        return ActorSpec.anonymous(() -> Behavior.receive((context, n) -> handled.add(n)));
    }

    @ParameterizedTest
    @EnumSource(Overflow.class)
    void elements_areHandledAndPassedOnInOrder_whateverTheMailboxDoesAtItsBound(Overflow overflow, TestKit kit) {
        ActorRef<Integer> actor =
                kit.spawn(collector().mailbox(Mailbox.bounded(2).overflow(overflow)));
        List<Integer> passed = kit.result(
                Flux.range(0, 500).transform(ActorStreams.tellEach(actor)).collectList());
        kit.rest();
        if (overflow != Overflow.DROP_OLDEST) { // which makes room
            assertThat(handled).isEqualTo(IntStream.range(0, 500).boxed().toList());
        }
        assertThat(passed).isEqualTo(IntStream.range(0, 500).boxed().toList());
    }

    @Test
    void fullMailbox_holdsTheElementBack_andTheDemand(TestKit kit) {
        Sinks.Empty<Void> gate = Sinks.empty();
        ActorRef<Integer> actor =
                kit.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receiveAsync((context, n) -> gate.asMono()))
                        .mailbox(Mailbox.bounded(1)));
        List<Integer> taken = new ArrayList<>();
        List<Integer> passed = new ArrayList<>();
        Flux.range(1, 5)
                .doOnNext(taken::add)
                .transform(ActorStreams.tellEach(actor))
                .subscribe(passed::add);
        kit.rest();
        assertThat(passed).containsExactly(1, 2);
        assertThat(taken).containsExactly(1, 2, 3);
        gate.tryEmitEmpty();
        kit.rest();
        assertThat(passed).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void withoutDemand_nothingIsSent(TestKit kit) {
        ActorRef<Integer> actor = kit.spawn(collector());
        BaseSubscriber<Integer> consumer = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}
        };
        Flux.range(1, 5).transform(ActorStreams.tellEach(actor)).subscribe(consumer);
        kit.rest();
        assertThat(handled).isEmpty();
        consumer.request(2);
        kit.rest();
        assertThat(handled).containsExactly(1, 2);
        consumer.cancel();
    }

    @Test
    void cancellation_takesAWaitingElementBack(TestKit kit) {
        ActorRef<Integer> actor = kit.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receiveAsync((context, n) -> {
                    handled.add(n);
                    return Flux.never();
                }))
                .mailbox(Mailbox.bounded(1)));
        var subscription =
                Flux.range(1, 5).transform(ActorStreams.tellEach(actor)).subscribe();
        kit.rest();
        subscription.dispose();
        kit.rest();
        actor.kill();
        kit.rest();
        assertThat(handled).containsExactly(1);
        assertThat(kit.deadLetters()).extracting(DeadLetter::message).containsExactly(2);
    }

    @Test
    void terminatedActor_failsTheStream_andTheElementIsADeadLetter(TestKit kit) {
        ActorRef<Integer> actor = kit.spawn(collector());
        actor.stop();
        kit.rest();
        assertThatThrownBy(() -> kit.result(
                        Flux.range(1, 5).transform(ActorStreams.tellEach(actor)).then()))
                .isInstanceOf(ActorTerminatedException.class);
        assertThat(kit.deadLetters()).extracting(DeadLetter::message).containsExactly(1);
    }

    @Test
    void context_goesWithEachElement(TestKit kit) {
        ActorRef<Integer> actor = kit.spawn(ActorSpec.anonymous(() -> Behavior.receive(
                (context, n) -> handled.add(n * context.contextView().<Integer>get("factor")))));
        kit.result(Flux.range(1, 3)
                .transform(ActorStreams.tellEach(actor))
                .contextWrite(c -> c.put("factor", 10))
                .then());
        kit.rest();
        assertThat(handled).containsExactly(10, 20, 30);
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void badInput_isRefusedAtTheCall() {
        assertThatThrownBy(() -> ActorStreams.<Integer>tellEach(null))
                .hasMessage("actor: null (expected: an ActorRef)");
    }
}
