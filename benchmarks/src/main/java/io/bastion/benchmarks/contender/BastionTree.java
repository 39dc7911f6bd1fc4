package io.bastion.benchmarks.contender;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.ChildSpec;
import io.bastion.actor.Signal;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.benchmarks.work.Checks;
import io.bastion.benchmarks.work.Run;
import io.bastion.benchmarks.work.Work;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A tree of supervisors, ten children each, down to plain actors, starts and stops as a whole: one child after another, as
 * supervisors do. An operation is the life of a supervisor or an actor.
 */
final class BastionTree implements Work.Load {
    private static final int BRANCHES = 10;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final ActorSystem system;
    private final LongAdder started = new LongAdder();
    private final LongAdder stopped = new LongAdder();
    private final SupervisorSpec top;
    private long leaves = BRANCHES;
    private long supervisors = 1;

    /**
     * The tree on a system.
     *
     * @param most how many plain actors it may have; the next lower power of ten counts
     */
    BastionTree(ActorSystem system, int most) {
        this.system = system;
        List<ChildSpec> children = branches(this::leaf);
        while (leaves * BRANCHES <= most) {
            List<ChildSpec> below = children;
            children = branches(name -> supervisor(name, below));
            leaves *= BRANCHES;
            supervisors = supervisors * BRANCHES + 1;
        }
        top = supervisor("tree", children);
    }

    private static List<ChildSpec> branches(Function<String, ChildSpec> branch) {
        return IntStream.range(0, BRANCHES)
                .mapToObj(Integer::toString)
                .map(branch)
                .toList();
    }

    private static SupervisorSpec supervisor(String name, List<ChildSpec> children) {
        SupervisorSpec spec = SupervisorSpec.named(name);
        for (ChildSpec child : children) {
            spec = spec.child(child);
        }
        return spec;
    }

    private ActorSpec<Object> leaf(String name) {
        Behavior.Receive<Object> behavior = new Behavior.Receive<>() {
            @Override
            public void receive(ActorContext<Object> context, Object message) {}

            @Override
            public void onSignal(ActorContext<Object> context, Signal signal) {
                stopped.increment();
            }
        };
        return ActorSpec.of(name, () -> {
            started.increment();
            return behavior;
        });
    }

    @Override
    public Run run(long operations) {
        long trees = Math.max(1, operations / least());
        long startedBefore = started.sum();
        long stoppedBefore = stopped.sum();
        long start = System.nanoTime();
        for (long i = 0; i < trees; i++) {
            SupervisorRef tree = system.supervise(top);
            tree.whenStarted().block(LIMIT);
            Checks.equal("started", started.sum() - startedBefore, (i + 1) * leaves);
            tree.stop();
            tree.whenTerminated().block(LIMIT);
        }
        long nanos = System.nanoTime() - start;
        Checks.equal("stopped", stopped.sum() - stoppedBefore, trees * leaves);
        return new Run(trees * least(), nanos);
    }

    @Override
    public long least() {
        return leaves + supervisors;
    }
}
