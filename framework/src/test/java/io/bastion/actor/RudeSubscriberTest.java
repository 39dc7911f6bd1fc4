package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.mailbox.Mailbox;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** Code of others that runs on an actor's worker and throws does not harm the actor. */
class RudeSubscriberTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();
    private final ActorGate gate = new ActorGate();

    private static final class Rude<T> implements CoreSubscriber<T> {
        @Override
        public void onSubscribe(Subscription s) {
            s.request(1);
        }

        @Override
        public void onNext(T t) {
            throw new AssertionError("rude");
        }

        @Override
        public void onError(Throwable t) {
            throw new AssertionError("rude");
        }

        @Override
        public void onComplete() {
            throw new AssertionError("rude");
        }
    }

    private ActorRef<Object> gated(Mailbox mailbox) {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                        "a",
                        () -> Behavior.<Object>receive((context, m) -> {
                            gate.pass();
                            seen.add(m + " in " + context.incarnation());
                        }))
                .mailbox(mailbox));
        actor.tell("first");
        gate.awaitEntered();
        return actor;
    }

    @Test
    void aSenderThatWaitedForRoom() {
        ActorRef<Object> actor = gated(Mailbox.bounded(1));
        actor.tell("second");
        actor.send("third").subscribe(new Rude<>());
        actor.send("fourth").subscribe(new Rude<>());
        gate.open();
        assertThat(seen.await(4)).containsExactly("first in 0", "second in 0", "third in 0", "fourth in 0");
        assertThat(test.rest().conserved()).isTrue();
    }

    @Test
    void aSenderThatWaitedWhenTheActorEnded() {
        ActorRef<Object> actor = gated(Mailbox.bounded(1));
        actor.tell("second");
        actor.send("third").subscribe(new Rude<>());
        actor.stop();
        gate.open();
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.STOPPED);
    }

    @Test
    void oneThatWaitsForTheEnd() {
        ActorRef<Object> actor = gated(Mailbox.defaults());
        actor.whenTerminated().subscribe(new Rude<>());
        Recorder<TerminationReason> polite = new Recorder<>();
        actor.whenTerminated().subscribe(polite::add);
        actor.stop();
        gate.open();
        polite.await(1);
    }

    @Test
    void anAskerAndAFeederWhenTheActorEnds() {
        ActorRef<Object> actor = gated(Mailbox.defaults());
        actor.<String>ask(reply -> reply, java.time.Duration.ofMinutes(1)).subscribe(new Rude<>());
        actor.feed(reactor.core.publisher.Flux.never()).subscribe(new Rude<>());
        actor.stop();
        gate.open();
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.STOPPED);
    }

    @Test
    void aSourceThatThrowsWhenItIsAskedForMore() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                        "a",
                        () -> Behavior.<Object>receive((context, m) -> seen.add(m + " in " + context.incarnation())))
                .mailbox(Mailbox.bounded(1)));
        Publisher<Object> source = subscriber -> subscriber.onSubscribe(new Subscription() {
            private int requests;

            @Override
            public void request(long n) {
                if (requests++ > 0) {
                    throw new AssertionError("rude");
                }
                subscriber.onNext("element");
            }

            @Override
            public void cancel() {}
        });
        actor.feed(source).subscribe(v -> {}, e -> {});
        seen.await(1);
        actor.tell("next");
        assertThat(seen.await(2)).containsExactly("element in 0", "next in 0");
    }
}
