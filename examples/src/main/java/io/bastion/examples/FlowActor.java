package io.bastion.examples;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** An actor whose mailbox is a {@code Flux}: any operator of Reactor may process it, and its demand is the actor's. */
public final class FlowActor {
    /** The mean of every three measurements. */
    static final class Means implements Behavior.Flow<Integer> {
        @Override
        public Publisher<?> flow(ActorContext<Integer> context, Flux<Integer> inbox) {
            return inbox.buffer(3).doOnNext(Means::print);
        }

        private static void print(List<Integer> measurements) {
            double mean =
                    measurements.stream().mapToInt(Integer::intValue).average().orElseThrow();
            System.out.printf("mean of %s: %.1f%n", measurements, mean);
        }
    }

    private FlowActor() {}

    public static void main(String[] args) {
        try (ActorSystem system = ActorSystem.create("flow")) {
            ActorRef<Integer> means = system.spawn(ActorSpec.of("means", Means::new));
            means.tellAll(List.of(1, 2, 6, 10, 20, 30, 7));
            means.drain(); // completes the inbox, so that the flow ends with what it has
            means.whenTerminated().block();
            System.out.println("handled: " + means.stats().handled());
        }
    }
}
