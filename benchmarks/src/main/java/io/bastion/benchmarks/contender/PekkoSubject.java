package io.bastion.benchmarks.contender;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.bastion.benchmarks.work.HeapSurvey;
import io.bastion.benchmarks.work.Restart;
import io.bastion.benchmarks.work.Setup;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Pekko typed, in two settings. Logging is off in both. */
final class PekkoSubject implements Subject {
    private static final String COMMON = """
            pekko.loglevel = OFF
            pekko.stdout-loglevel = OFF
            pekko.log-dead-letters = off
            pekko.log-dead-letters-during-shutdown = off
            pekko.actor.default-dispatcher.fork-join-executor { parallelism-min = %1$d, parallelism-max = %1$d }
            """;

    /** An actor may handle so many messages before its thread turns to another; 5 is Pekko's default. */
    private static final String TUNED = "pekko.actor.default-dispatcher.throughput = 100\n";

    private static final int FAILING = 64;
    private static final Duration END = Duration.ofSeconds(10);

    private final Setup setup;
    private final ActorSystem<Consumer<ActorContext<?>>> system;
    private final PekkoActors actors;

    private PekkoSubject(Setup setup, String settings) {
        this.setup = setup;
        Config config = ConfigFactory.parseString(settings).withFallback(ConfigFactory.load());
        system = ActorSystem.create(PekkoActors.GUARDIAN, "benchmark", config);
        actors = new PekkoActors(system);
    }

    static PekkoSubject withDefaults(Setup setup) {
        return new PekkoSubject(setup, COMMON.formatted(setup.threads()));
    }

    static PekkoSubject tuned(Setup setup) {
        return new PekkoSubject(setup, COMMON.formatted(setup.threads()) + TUNED);
    }

    @Override
    public Work work(Workload workload) {
        return switch (workload) {
            case RESTART -> new Restart<>(actors, PekkoActors::restarted, 1);
            case RESTARTS -> new Restart<>(actors, PekkoActors::restarted, FAILING);
            case ASK_EACH -> PekkoStreams.askEach(system, actors);
            case HEAP_UNNAMED -> new HeapSurvey(new PekkoPopulation(actors, false), setup);
            case HEAP_NAMED -> new HeapSurvey(new PekkoPopulation(actors, true), setup);
            default -> ActorLoads.work(workload, actors, setup);
        };
    }

    @Override
    public void close() {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(END.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new IllegalStateException("system: not terminated (expected: its end)", e);
        }
    }
}
