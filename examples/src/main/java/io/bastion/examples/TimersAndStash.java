package io.bastion.examples;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import java.time.Duration;

/**
 * An actor with two states: until its connection is up it puts requests aside, then it treats them in order, and when none
 * has come for a while it stops.
 */
public final class TimersAndStash {
    /** What a client understands. */
    sealed interface Message {}

    record Request(String text) implements Message {}

    record Connected() implements Message {}

    record Idle() implements Message {}

    /** The first of two behaviors; the other is a method. */
    static final class Client implements Behavior.Receive<Message> {
        Client(ActorContext<Message> context) {
            System.out.println("connecting");
            context.timers().once("connect", new Connected(), Duration.ofMillis(500));
        }

        @Override
        public void receive(ActorContext<Message> context, Message message) {
            if (message instanceof Connected) {
                System.out.println("connected, " + context.stash().size() + " stashed");
                context.stash().unstashAll();
                context.receiveTimeout(Duration.ofMillis(50), new Idle());
                context.become(Behavior.receive(Client::connected));
            } else {
                context.stash().add();
            }
        }

        private static void connected(ActorContext<Message> context, Message message) {
            if (message instanceof Request request) {
                System.out.println("request " + request.text());
            } else if (message instanceof Idle) {
                System.out.println("idle");
                context.stop();
            }
        }
    }

    private TimersAndStash() {}

    public static void main(String[] args) {
        try (ActorSystem system = ActorSystem.create("timers")) {
            ActorRef<Message> client = system.spawn(ActorSpec.of("client", Client::new));
            client.tell(new Request("one"));
            client.tell(new Request("two"));
            client.whenTerminated().block();
        }
    }
}
