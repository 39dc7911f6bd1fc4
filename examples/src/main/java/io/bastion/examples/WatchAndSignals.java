package io.bastion.examples;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Signal;
import io.bastion.actor.TerminationReason;
import io.bastion.supervision.Restart;

/** An actor that watches its child: it is told once, and why, when the child has ended for good. */
public final class WatchAndSignals {
    /** Hands its messages on to a child, and ends when the child ends. */
    static final class Guard implements Behavior.Receive<String> {
        private final ActorRef<String> worker;

        Guard(ActorContext<String> context) {
            worker = context.spawn(
                    ActorSpec.of("worker", () -> Behavior.receive(Guard::work)).restart(Restart.temporary()));
            context.watch(worker);
        }

        private static void work(ActorContext<String> context, String word) {
            System.out.println("worker: " + word.charAt(0));
        }

        @Override
        public void receive(ActorContext<String> context, String word) {
            context.forward(worker, word);
        }

        @Override
        public void onSignal(ActorContext<String> context, Signal signal) {
            if (signal instanceof Signal.Terminated terminated
                    && terminated.reason() instanceof TerminationReason.Failed failed) {
                System.out.println("guard: " + terminated.actor().path() + " failed with "
                        + failed.cause().getClass().getSimpleName());
                context.stop();
            } else if (signal instanceof Signal.Stopped) {
                System.out.println("guard: stopped");
            }
        }
    }

    private WatchAndSignals() {}

    public static void main(String[] args) {
        try (ActorSystem system = ActorSystem.create("watch")) {
            ActorRef<String> guard = system.spawn(ActorSpec.of("guard", Guard::new));
            guard.tell("a word");
            guard.tell(""); // has no first character
            guard.whenTerminated().block();
        }
    }
}
