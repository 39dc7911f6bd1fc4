package io.bastion.examples;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Interceptor;
import io.bastion.actor.TellResult;

/** Code around what actors are sent and handle, which neither senders nor actors know of. */
public final class Middleware {
    /** Lets only words in. */
    private static final class Guard implements Interceptor {
        @Override
        public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
            return message.toString().isBlank() ? TellResult.REFUSED : next.tell(message);
        }
    }

    /** Says what is handled, and what came of it. */
    private static final class Audit implements Interceptor {
        @Override
        public void receive(ActorContext<?> context, Object message, ReceiveChain next) throws Exception {
            next.receive(
                    message,
                    failure -> System.out.printf(
                            "audit: \"%s\" %s%n", message, failure == null ? "handled" : "failed with " + failure));
        }
    }

    private Middleware() {}

    public static void main(String[] args) {
        ActorSpec<String> greeter = ActorSpec.of(
                "greeter",
                () -> Behavior.receive((context, name) -> System.out.println("Hello, " + name + "!")));
        try (ActorSystem system =
                ActorSystem.builder("middleware").intercept(new Audit()).build()) {
            ActorRef<String> actor = system.spawn(greeter.intercept(new Guard()));
            TellResult blank = actor.tell(" ");
            actor.tell("world");
            actor.drain();
            actor.whenTerminated().block();
            System.out.printf("blank: %s, refused: %d%n", blank, actor.stats().refused());
        }
    }
}
