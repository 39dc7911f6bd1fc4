package io.bastion.examples;

import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.MessageStats;
import io.bastion.actor.Resizer;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.TreeEvent;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** A group that follows its load: it grows while its members have more to do than they get done, and shrinks afterwards. */
public final class ScalingGroup {
    private ScalingGroup() {}

    public static void main(String[] args) {
        Sinks.Empty<Void> rush = Sinks.empty();
        Resizer resizer = Resizer.between(1, 4)
                .upscaleAtMeanQueued(2)
                .upscaleRate(1)
                .downscaleBelow(0.5)
                .downscaleRate(0.5)
                .step(Duration.ofMillis(20))
                .coolDown(Duration.ZERO);
        try (ActorSystem system = ActorSystem.create("scaling")) {
            var sizes = system.events()
                    .ofType(TreeEvent.Resized.class)
                    .doOnNext(event -> System.out.println(event.from() + " -> " + event.to()))
                    .doOnNext(event -> {
                        if (event.to() == 4) {
                            rush.tryEmitEmpty(); // all work gets done at once
                        }
                    })
                    .takeUntil(event -> event.to() == 1)
                    .then()
                    .toFuture();
            SupervisorRef group = system.supervise(GroupSpec.of(
                            "workers",
                            1,
                            ActorSpec.of("worker", () -> Behavior.receiveAsync((context, job) -> rush.asMono())))
                    .resizer(resizer));
            group.whenStarted().block();
            Distributor<Integer> workers = system.distributor("workers", Integer.class);
            Flux.range(1, 100).concatMap(workers::sendOne).blockLast();
            sizes.join();
            group.drain(); // the last jobs may have come when it had shrunk
            group.whenTerminated().block();
            system.stats()
                    .map(MessageStats::handled)
                    .doOnNext(n -> System.out.println("handled: " + n))
                    .block();
        }
    }
}
