package io.bastion.scheduler;

import io.bastion.scheduler.RunQueueStress.Item;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Model checking of the strand and of the workers' run queue: both behave like a queue under a lock.
 *
 * <p>Lincheck makes up small scenarios for two threads and runs each under many interleavings that it enumerates. It
 * assumes sequential consistency, so it finds wrong orders of steps and not missing fences; for those there is jcstress.
 */
class LinearizabilityTest {
    private static ModelCheckingOptions options() {
        return new ModelCheckingOptions()
                .iterations(10)
                .invocationsPerIteration(300)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2);
    }

    @Test
    void strand_pushesAndOneConsumer_areAQueue() {
        options().check(StrandAsQueue.class);
    }

    @Test
    void runQueue_ownerAndThieves_areAQueue() {
        options().check(RunQueueAsQueue.class);
    }

    /** A strand of which each activation takes one node and parks. */
    @Param(name = "number", gen = IntGen.class, conf = "1:9")
    public static final class StrandAsQueue {
        private final OneByOne strand = new OneByOne();

        @Operation
        public void push(int number) {
            strand.send(number);
        }

        /** Takes the oldest; waits for a pusher that has appended its node but not yet scheduled the strand. */
        @Operation(nonParallelGroup = "consumer")
        public @Nullable Integer poll() {
            Integer number;
            do {
                number = strand.takeOne();
            } while (number == null && strand.depth() > 0);
            return number;
        }

        private static final class OneByOne extends DigitStrand {
            private @Nullable Integer taken;

            @Nullable Integer takeOne() {
                taken = null;
                unpark();
                work();
                return taken;
            }

            @Override
            protected int depthLag() {
                return 0;
            }

            @Override
            protected boolean ready() {
                return false;
            }

            @Override
            protected Step process(Node node, WorkFrame frame) {
                if (taken != null) {
                    return Step.RETAINED;
                }
                taken = ((Digit) node).digit;
                return Step.PARK;
            }
        }
    }

    /** A run queue; a thief's loot is a list, the oldest first. */
    @Param(name = "number", gen = IntGen.class, conf = "1:9")
    public static final class RunQueueAsQueue {
        private final RunQueue queue = new RunQueue();

        @Operation(nonParallelGroup = "owner")
        public boolean push(int number) {
            return queue.push(new Item(number));
        }

        @Operation(nonParallelGroup = "owner")
        public @Nullable Integer pop() {
            return queue.pop() instanceof Item item ? item.number : null;
        }

        @Operation
        public List<Integer> steal() {
            List<Integer> loot = new ArrayList<>();
            RunQueue thiefs = new RunQueue();
            for (Activity a = queue.stealInto(thiefs); a instanceof Item item; a = thiefs.pop()) {
                loot.add(item.number);
            }
            return loot;
        }
    }
}
