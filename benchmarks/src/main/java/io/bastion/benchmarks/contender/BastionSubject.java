package io.bastion.benchmarks.contender;

import io.bastion.actor.ActorSystem;
import io.bastion.benchmarks.work.FanIn;
import io.bastion.benchmarks.work.HeapSurvey;
import io.bastion.benchmarks.work.Restart;
import io.bastion.benchmarks.work.SchedulerLoads;
import io.bastion.benchmarks.work.Setup;
import io.bastion.benchmarks.work.StreamLoads;
import io.bastion.benchmarks.work.TimerSurvey;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;
import io.bastion.observability.BastionMetrics;
import io.bastion.scheduler.NumaTopology;
import io.bastion.supervision.Budget;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.function.UnaryOperator;

/** Ours, with its defaults and the given number of threads. */
final class BastionSubject implements Subject {
    private static final int LARGE = 65_536;
    private static final int SMALL = 1_024;
    private static final int FAILING = 64;

    private final Setup setup;
    private final ActorSystem system;
    private final BastionActors actors;
    private final BastionLoads loads;

    private BastionSubject(Setup setup, ActorSystem system) {
        this.setup = setup;
        this.system = system;
        actors = new BastionActors(system);
        loads = new BastionLoads(system);
    }

    /** On our own workers. */
    static BastionSubject withDefaults(Setup setup) {
        return new BastionSubject(setup, onOwnWorkers(setup));
    }

    /** The same with its meters bound to a registry. */
    static BastionSubject metered(Setup setup) {
        ActorSystem system = onOwnWorkers(setup);
        new BastionMetrics(system).bindTo(new SimpleMeterRegistry()); // closes itself with the system
        return new BastionSubject(setup, system);
    }

    private static ActorSystem onOwnWorkers(Setup setup) {
        int nodes = NumaTopology.system().nodes().size();
        return ActorSystem.builder("benchmark")
                .budget(Budget.unlimited()) // for those workloads that are to fail
                .workers(Math.max(1, setup.threads() / nodes))
                .build();
    }

    /** The same actors on another executor. */
    static BastionSubject onForkJoinPool(Setup setup) {
        return new BastionSubject(
                setup,
                ActorSystem.builder("benchmark")
                        .scheduler(new ForkJoinScheduler(setup.threads()))
                        .build());
    }

    @Override
    public Work work(Workload workload) {
        return switch (workload) {
            case TELL_ALL -> loads.tellAll();
            case FAN_IN_ALL -> new FanIn<>(actors, actors::tellAll);
            case RESTART -> new Restart<>(actors, UnaryOperator.identity(), 1);
            case RESTARTS -> new Restart<>(actors, UnaryOperator.identity(), FAILING);
            case RESTART_ALL -> new BastionSiblings(system).load();
            case TREE_10K -> new BastionTree(system, setup.scaled(10_000));
            case TREE_100K -> new BastionTree(system, setup.scaled(100_000));
            case TREE_1M -> new BastionTree(system, setup.scaled(1_000_000));
            case HEAP_UNNAMED -> new HeapSurvey(BastionPopulation.handlers(system, false), setup);
            case HEAP_NAMED -> new HeapSurvey(BastionPopulation.handlers(system, true), setup);
            case HEAP_FLOW -> new HeapSurvey(BastionPopulation.flows(system), setup);
            case FLOW_MAP -> loads.flow(BastionLoads::map);
            case FLOW_MAP_FILTER -> loads.flow(BastionLoads::mapFilter);
            case FLOW_FLAT_MAP_ITERABLE -> loads.flow(BastionLoads::flatMapIterable);
            case FLOW_CONCAT_MAP -> loads.flow(BastionLoads::concatMap);
            case FLOW_FLAT_MAP -> loads.flow(BastionLoads::flatMap);
            case FLOW_LIMIT_RATE -> loads.flow(BastionLoads::limitRate);
            case BOUNDED_64K -> loads.bounded(LARGE);
            case BOUNDED_1K -> loads.bounded(SMALL);
            case FEED -> loads.feed();
            case BORDER -> StreamLoads.pulled(streams()::processor);
            case BORDER_PUSHED -> StreamLoads.pushed(streams()::processor);
            case TELL_EACH -> StreamLoads.pulled(streams()::tellEach);
            case ASK_EACH -> StreamLoads.pulled(streams()::askEach);
            case WORKER -> SchedulerLoads.worker(system.scheduler());
            case WORKERS -> SchedulerLoads.workers(system.scheduler());
            case DIRECT -> SchedulerLoads.direct(system.scheduler());
            case TIMERS -> new TimerSurvey(new BastionTimers(system.scheduler()), setup);
            default -> ActorLoads.work(workload, actors, setup);
        };
    }

    private BastionStreams streams() {
        return new BastionStreams(system);
    }

    @Override
    public void close() {
        system.close();
        system.scheduler().dispose();
    }
}
