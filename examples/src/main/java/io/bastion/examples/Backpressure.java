package io.bastion.examples;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.mailbox.Mailbox;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * What a sender finds at a full mailbox: {@code tell} is refused, {@code send} waits for room, and {@code feed} requests no
 * more than fits.
 */
public final class Backpressure {
    private Backpressure() {}

    public static void main(String[] args) {
        Sinks.Empty<Void> atWork = Sinks.empty();
        Sinks.Empty<Void> gate = Sinks.empty();
        try (ActorSystem system = ActorSystem.create("backpressure")) {
            ActorRef<Integer> slow = system.spawn(ActorSpec.<Integer>of(
                            "slow",
                            () -> Behavior.receiveAsync((context, number) -> {
                                atWork.tryEmitEmpty();
                                return gate.asMono(); // the message is done when this completes
                            }))
                    .mailbox(Mailbox.bounded(2)));

            System.out.println("tell 1: " + slow.tell(1));
            atWork.asMono().block(); // 1 is in work now and counts no more
            System.out.println("tell 2: " + slow.tell(2));
            System.out.println("tell 3: " + slow.tell(3));
            System.out.println("tell 4: " + slow.tell(4));

            var sent = slow.send(4).toFuture();
            System.out.println("send 4: " + (sent.isDone() ? "done" : "waits"));
            gate.tryEmitEmpty();
            System.out.println("send 4: " + (Boolean.TRUE.equals(sent.join()) ? "accepted" : "terminated"));

            slow.feed(Flux.range(5, 996)).block();
            slow.drain();
            slow.whenTerminated().block();
            System.out.println("handled: " + slow.stats().handled());
        }
    }
}
