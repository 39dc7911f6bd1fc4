package io.bastion.examples;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Callbacks;
import io.bastion.actor.TerminationReason;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Hooks around the incarnations of an actor: each may take its time, while messages wait. */
public final class LifecycleCallbacks {
    /** Says what happens to the actor. */
    static final class Diary implements Callbacks {
        @Override
        public Publisher<?> beforeStart(ActorRef<?> self) {
            return write("before start");
        }

        @Override
        public Publisher<?> afterStart(ActorRef<?> self) {
            return write("after start");
        }

        @Override
        public Publisher<?> beforeRestart(ActorRef<?> self, @Nullable Throwable cause, @Nullable Object message) {
            return write("before restart, because of " + cause + " at " + message);
        }

        @Override
        public Publisher<?> afterRestart(ActorRef<?> self, @Nullable Throwable cause) {
            return write("after restart");
        }

        @Override
        public Publisher<?> afterStop(ActorRef<?> self, TerminationReason reason) {
            return write("after stop");
        }

        private static Mono<Void> write(String line) {
            return Mono.fromRunnable(() -> System.out.println(line));
        }
    }

    private LifecycleCallbacks() {}

    public static void main(String[] args) {
        ActorSpec<Integer> divider = ActorSpec.of(
                "divider",
                () -> Behavior.receive(
                        (context, number) -> System.out.println("100 / " + number + " = " + 100 / number)));
        try (ActorSystem system = ActorSystem.create("callbacks")) {
            ActorRef<Integer> actor = system.spawn(divider.callbacks(new Diary()));
            actor.tellAll(List.of(5, 0, 4));
            actor.drain();
            actor.whenTerminated().block();
        }
    }
}
