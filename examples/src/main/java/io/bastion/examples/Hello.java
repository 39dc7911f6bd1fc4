package io.bastion.examples;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;

/** The first program: an actor that greets whom it is told. */
public final class Hello {
    public static void main(String[] args) {
        try (ActorSystem system = ActorSystem.create("hello")) {
            ActorRef<String> greeter = system.spawn(ActorSpec.of(
                    "greeter", () -> Behavior.receive((context, name) -> System.out.println("Hello, " + name + "!"))));
            greeter.tell("world");
            greeter.drain(); // handles what is in the mailbox, then stops
            greeter.whenTerminated().block();
        }
    }
}
