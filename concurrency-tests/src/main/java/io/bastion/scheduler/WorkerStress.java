package io.bastion.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bastion.scheduler.RunQueueStress.Item;
import io.bastion.scheduler.RunQueueStress.Tally;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A worker's inbox, its next slot, and the handshake by which work meets a worker that falls asleep.
 *
 * <p>The hole of the handshake: the bringer writes <i>work</i> and reads <i>idle</i>, the worker writes <i>idle</i> and
 * reads <i>work</i>. Without a full fence between the write and the read on both sides the worker sleeps beside its work.
 *
 * <p>The workers have no threads here: an actor of a test does what the thread would do.
 */
public final class WorkerStress {
    /** What a group belongs to; its own worker has nothing to do and its thread has ended. */
    private static final NumaScheduler SCHEDULER =
            NumaScheduler.builder().name("stress").workersPerNode(1).build();

    static {
        SCHEDULER.dispose();
    }

    private WorkerStress() {}

    private static NodeGroup group(int workers) {
        return new NodeGroup(SCHEDULER, 0, workers, () -> {});
    }

    private static int number(@Nullable Activity activity) {
        return RunQueueStress.number(activity);
    }

    /** The owner puts a second activity into the slot, while somebody rescues what is in it. */
    @JCStressTest
    @Outcome(id = "0, 1, 2", expect = ACCEPTABLE, desc = "The rescuer got the old one, the slot holds the new one")
    @Outcome(id = "1, 2, 0", expect = ACCEPTABLE, desc = "The owner displaced the old one, the rescuer got the new one")
    @Outcome(expect = FORBIDDEN, desc = "An activity was lost, or got twice")
    @State
    public static class NextSlotAgainstRescue {
        private final Padding.ActivityRef slot = new Padding.ActivityRef();

        public NextSlotAgainstRescue() {
            slot.put(new Item(1));
        }

        @Actor
        public void owner(III_Result r) {
            if (slot.isEmpty()) {
                slot.put(new Item(2));
            } else {
                r.r1 = number(slot.exchange(new Item(2)));
            }
        }

        @Actor
        public void rescuer(III_Result r) {
            r.r2 = number(slot.take());
        }

        @Arbiter
        public void result(III_Result r) {
            r.r3 = number(slot.take());
        }
    }

    /** The owner takes what is in the slot, while somebody rescues it. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The owner got it")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The rescuer got it")
    @Outcome(expect = FORBIDDEN, desc = "Both or neither got it")
    @State
    public static class NextSlotTakenTwice {
        private final Padding.ActivityRef slot = new Padding.ActivityRef();

        public NextSlotTakenTwice() {
            slot.put(new Item(1));
        }

        @Actor
        public void owner(II_Result r) {
            r.r1 = number(slot.take());
        }

        @Actor
        public void rescuer(II_Result r) {
            r.r2 = number(slot.take());
        }
    }

    /** Two activities are sent to a worker that does what it finds. */
    @JCStressTest
    @Outcome(id = "123", expect = ACCEPTABLE, desc = "Each was got once, in the order in which they were sent")
    @Outcome(expect = FORBIDDEN, desc = "An activity was lost, got twice, or overtaken")
    @State
    public static class SendAgainstInbox {
        private final NumaWorker worker = group(1).workers[0];
        private int log;

        public SendAgainstInbox() {
            worker.execute(new Item(1));
        }

        @Actor
        public void sender() {
            worker.execute(new Item(2));
            worker.execute(new Item(3));
        }

        @Actor
        public void owner() {
            drain();
        }

        private void drain() {
            for (Activity a; (a = worker.queue.pop()) != null || (a = worker.takeInbox(worker)) != null; ) {
                log = log * 10 + number(a);
            }
        }

        @Arbiter
        public void result(I_Result r) {
            drain();
            r.r1 = log;
        }
    }

    /** The owner and a thief empty the same inbox. */
    @JCStressTest
    @Outcome(id = "3", expect = ACCEPTABLE, desc = "Every activity was got by one of them, or is in one of the queues")
    @Outcome(expect = FORBIDDEN, desc = "An activity was lost, or got twice")
    @State
    public static class InboxTakenTwice {
        private final NodeGroup group = group(2);
        private final NumaWorker worker = group.workers[0];
        private final NumaWorker thief = group.workers[1];
        private @Nullable Activity owned;
        private @Nullable Activity stolen;

        public InboxTakenTwice() {
            for (int i = 1; i <= 3; i++) {
                worker.execute(new Item(i));
            }
        }

        @Actor
        public void owner() {
            owned = worker.takeInbox(worker);
        }

        @Actor
        public void thief() {
            stolen = thief.takeInbox(worker);
        }

        @Arbiter
        public void result(I_Result r) {
            Tally tally = new Tally(3);
            tally.add(owned);
            tally.add(stolen);
            tally.addAll(worker.queue);
            tally.addAll(thief.queue);
            r.r1 = tally.once();
        }
    }

    /** Something is sent to a worker that falls asleep. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The worker found it, and was woken needlessly")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The worker found it: the sender saw it awake")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The worker did not find it, but the sender woke it")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "The worker sleeps beside its work")
    @State
    public static class SendAgainstSleep {
        private final NodeGroup group = group(1);
        private final NumaWorker worker = group.workers[0];

        @Actor
        public void sender() {
            worker.execute(new Item(1));
        }

        @Actor
        public void sleeper(II_Result r) {
            group.idle.add(0);
            r.r1 = number(worker.takeInbox(worker));
        }

        @Arbiter
        public void result(II_Result r) {
            r.r2 = group.idle.contains(0) ? 0 : 1;
        }
    }

    /** A worker takes more from its inbox than it can do at once, while another one of its node falls asleep. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The sleeper found the surplus, and was woken needlessly")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The sleeper found the surplus before it was taken for asleep")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The sleeper did not find the surplus, but was woken to search")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "One works and has a surplus, the other one sleeps")
    @State
    public static class SurplusAgainstSleep {
        private final NodeGroup group = group(2);
        private final NumaWorker worker = group.workers[0];
        private final NumaWorker sleeper = group.workers[1];

        public SurplusAgainstSleep() {
            worker.execute(new Item(1));
            worker.execute(new Item(2));
        }

        @Actor
        public void worker() {
            worker.takeInbox(worker);
        }

        @Actor
        public void sleeper(II_Result r) {
            group.idle.add(sleeper.index);
            r.r1 = group.steal(sleeper) == null ? 0 : 1;
        }

        @Arbiter
        public void result(II_Result r) {
            r.r2 = group.idle.contains(sleeper.index) ? 0 : 1;
        }
    }

    /** Something is sent to a worker that ends. */
    @JCStressTest
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "It was there before the end, which has to wait")
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "It came after the end, and was rejected")
    @Outcome(id = "1, 1, .*", expect = FORBIDDEN, desc = "It was accepted by a worker that has ended")
    @Outcome(expect = FORBIDDEN, desc = "It was rejected by a worker that has not ended")
    @State
    public static class SendAgainstEnd {
        private final NumaWorker worker = group(1).workers[0];

        @Actor
        public void owner(III_Result r) {
            r.r1 = worker.close() ? 1 : 0;
        }

        @Actor
        public void sender(III_Result r) {
            try {
                worker.execute(new Item(1));
                r.r2 = 1;
            } catch (RejectedExecutionException e) {
                r.r2 = 0;
            }
        }

        @Arbiter
        public void result(III_Result r) {
            r.r3 = number(worker.poll());
        }
    }

    /** Two workers of different indices enter and leave the set of the idle. */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "The waker removed the first, the second removed itself")
    @Outcome(expect = FORBIDDEN, desc = "A change of one bit undid the change of another")
    @State
    public static class TwoIdle {
        private final IdleSet idle = new IdleSet(2);

        public TwoIdle() {
            idle.add(0);
        }

        @Actor
        public void waker(III_Result r) {
            r.r1 = idle.remove(0) ? 1 : 0;
        }

        @Actor
        public void second(III_Result r) {
            idle.add(1);
            r.r2 = idle.remove(1) ? 1 : 0;
        }

        @Arbiter
        public void result(III_Result r) {
            r.r3 = idle.count();
        }
    }

    /** Two who want to wake the same worker: one of them owes it the unpark. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The first wakes it")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The second wakes it")
    @Outcome(expect = FORBIDDEN, desc = "Both or neither wake it")
    @State
    public static class TwoWakers {
        private final IdleSet idle = new IdleSet(1);

        public TwoWakers() {
            idle.add(0);
        }

        @Actor
        public void first(II_Result r) {
            r.r1 = idle.remove(0) ? 1 : 0;
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = idle.remove(0) ? 1 : 0;
        }
    }
}
