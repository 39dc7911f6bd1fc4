package io.bastion.semantics;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.ExitPolicy;
import io.bastion.actor.Signal;
import io.bastion.actor.TreeEvent;
import io.bastion.supervision.Restart;

/** A program whose process comes to its end in one of several ways, while it has an actor; see {@link ExitOfTheJvmTest}. */
final class ExitingProgram {
    static final String READY = "ready";
    static final String STOPPED = "the actor has stopped";

    private ExitingProgram() {}

    public static void main(String[] args) {
        ActorSystem system = ActorSystem.builder("exiting")
                .workers(1)
                .shutdownHook()
                .exit(ExitPolicy.when(event -> event instanceof TreeEvent.Failed)
                        .code(5))
                .build();
        ActorRef<String> actor = system.spawn(ActorSpec.<String>of(
                        "a",
                        () -> Behavior.<String>receive((context, message) -> {
                                    throw new IllegalStateException(message);
                                })
                                .onSignal((context, signal) -> {
                                    if (signal instanceof Signal.Stopped) {
                                        System.out.println(STOPPED);
                                    }
                                    return true;
                                }))
                .restart(Restart.transientOnFailure()));
        System.out.println(READY);
        switch (args[0]) {
            case "exit" -> System.exit(3);
            case "fail" -> actor.tell("wanted");
            default -> {} // the process is ended from outside
        }
        system.whenTerminated().block();
    }
}
