package io.bastion.examples;

import io.bastion.actor.ActorSystem;
import io.bastion.bridge.PipelineStats;
import io.bastion.bridge.Pipelines;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Restart;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;

/** A Flux that fails, supervised: its consumer sees one stream, each reading once and in order. */
public final class SupervisedPipeline {
    private static final List<Double> JOURNAL = List.of(19.5, 20.0, 20.5, 21.0, 21.5, 22.0);

    /** Breaks after every second reading. */
    private static Flux<Double> readings(int from) {
        Flux<Double> rest = Flux.fromIterable(JOURNAL.subList(from, JOURNAL.size()));
        return rest.index().map(reading -> {
            if (reading.getT1() == 2) {
                throw new IllegalStateException("sensor lost");
            }
            return reading.getT2();
        });
    }

    public static void main(String[] args) {
        PipelineStats stats = new PipelineStats();
        try (ActorSystem system = ActorSystem.create("weather")) {
            Pipelines.supervise("readings", 0, next -> readings(next), (next, reading) -> next + 1)
                    .restart(Restart.transientOnFailure()
                            .backoff(Backoff.exponential(Duration.ofMillis(10), Duration.ofSeconds(1))))
                    .stats(stats)
                    .cold(system)
                    .doOnNext(reading -> System.out.println("reading: " + reading))
                    .blockLast();
        }
        System.out.println("subscriptions: " + stats.subscriptions() + ", delivered: " + stats.delivered());
    }
}
