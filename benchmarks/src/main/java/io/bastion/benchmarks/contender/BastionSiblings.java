package io.bastion.benchmarks.contender;

import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.benchmarks.work.Checks;
import io.bastion.benchmarks.work.Finish;
import io.bastion.benchmarks.work.Restart;
import io.bastion.benchmarks.work.Run;
import io.bastion.benchmarks.work.Work;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Strategy;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** A group of siblings that are restarted together. */
final class BastionSiblings {
    private static final int SIBLINGS = 8;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Object NEXT = new Object();

    private final ActorSystem system;

    BastionSiblings(ActorSystem system) {
        this.system = system;
    }

    /** The last of eight children of a one-for-all supervisor fails at its first message; an operation restarts them all. */
    Work.Load load() {
        return operations -> {
            Finish finish = new Finish(1);
            LongAdder incarnations = new LongAdder();
            SupervisorSpec spec =
                    SupervisorSpec.named("all").strategy(Strategy.ONE_FOR_ALL).budget(Budget.unlimited());
            for (int i = 1; i < SIBLINGS; i++) {
                spec = spec.child(ActorSpec.of("sibling" + i, () -> {
                    incarnations.increment();
                    return Behavior.receive((context, message) -> {});
                }));
            }
            spec = spec.child(failing(operations, incarnations, finish)); // the last to be started again
            long start = System.nanoTime();
            SupervisorRef all = system.supervise(spec);
            finish.await();
            long nanos = System.nanoTime() - start;
            all.stop();
            all.whenTerminated().block(LIMIT);
            Checks.equal("incarnations", incarnations.sum(), (operations + 1) * SIBLINGS);
            return new Run(operations, nanos);
        };
    }

    /** An actor that fails so many times, each time at a message that it has told itself at its start. */
    private static ActorSpec<Object> failing(long failures, LongAdder incarnations, Finish finish) {
        long[] left = {failures};
        return ActorSpec.of("failing", start -> {
            incarnations.increment();
            start.self().tell(NEXT);
            return Behavior.receive((context, message) -> {
                if (left[0]-- > 0) {
                    throw Restart.FAILURE;
                }
                finish.reached();
            });
        });
    }
}
