package io.bastion.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * The {@link RunQueue} of a worker against thieves.
 *
 * <p>The hole: a thief reads slots, and only then the compare-and-set of the head tells whether they were its to read.
 * Meanwhile the owner pops, pushes into slots that have become free, and wipes them.
 */
public final class RunQueueStress {
    private RunQueueStress() {}

    /** An activity that is never run, with a payload to show that it was published. */
    static final class Item extends Activity {
        final int number;

        /** Written before the push. */
        int payload;

        Item(int number) {
            super(new ManualHome());
            this.number = number;
        }

        @Override
        protected void run(WorkFrame frame) {}
    }

    /** Counts who got what. */
    static final class Tally {
        final int[] got;

        Tally(int items) {
            got = new int[items + 1];
        }

        void add(@Nullable Activity activity) {
            if (activity instanceof Item item) {
                got[item.number]++;
            }
        }

        void addAll(RunQueue queue) {
            for (Activity a; (a = queue.pop()) != null; ) {
                add(a);
            }
        }

        /** How many of the items were got exactly once. */
        int once() {
            int once = 0;
            for (int n = 1; n < got.length; n++) {
                once += got[n] == 1 ? 1 : 0;
            }
            return once;
        }
    }

    static int number(@Nullable Activity activity) {
        return activity instanceof Item item ? item.number : 0;
    }

    /** The owner and a thief want the only item. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The owner got it")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The thief got it")
    @Outcome(id = "1, 1", expect = FORBIDDEN, desc = "Both got it")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "Nobody got it")
    @Outcome(expect = FORBIDDEN, desc = "Something else was got")
    @State
    public static class PopAgainstSteal {
        private final RunQueue queue = new RunQueue();
        private final RunQueue thiefs = new RunQueue();

        public PopAgainstSteal() {
            queue.push(new Item(1));
        }

        @Actor
        public void owner(II_Result r) {
            r.r1 = number(queue.pop());
        }

        @Actor
        public void thief(II_Result r) {
            r.r2 = number(queue.stealInto(thiefs));
        }
    }

    /** The owner pops, pushes and pops, while a thief takes the older half. */
    @JCStressTest
    @Outcome(id = "6", expect = ACCEPTABLE, desc = "Every item was got by one of them, or is left in one of the queues")
    @Outcome(expect = FORBIDDEN, desc = "An item was lost, or got twice")
    @State
    public static class PopAndPushAgainstSteal {
        private final RunQueue queue = new RunQueue();
        private final RunQueue thiefs = new RunQueue();
        private @Nullable Activity popped;
        private @Nullable Activity poppedLater;
        private @Nullable Activity stolen;

        public PopAndPushAgainstSteal() {
            for (int i = 1; i <= 5; i++) {
                queue.push(new Item(i));
            }
        }

        @Actor
        public void owner() {
            popped = queue.pop();
            queue.push(new Item(6));
            poppedLater = queue.pop();
        }

        @Actor
        public void thief() {
            stolen = queue.stealInto(thiefs);
        }

        @Arbiter
        public void result(I_Result r) {
            Tally tally = new Tally(6);
            tally.add(popped);
            tally.add(poppedLater);
            tally.add(stolen);
            tally.addAll(queue);
            tally.addAll(thiefs);
            r.r1 = tally.once();
        }
    }

    /** Two thieves. */
    @JCStressTest
    @Outcome(id = "4", expect = ACCEPTABLE, desc = "Every item was got by one of them, or is left in one of the queues")
    @Outcome(expect = FORBIDDEN, desc = "An item was lost, or got twice")
    @State
    public static class TwoThieves {
        private final RunQueue queue = new RunQueue();
        private final RunQueue firsts = new RunQueue();
        private final RunQueue seconds = new RunQueue();
        private @Nullable Activity firstStolen;
        private @Nullable Activity secondStolen;

        public TwoThieves() {
            for (int i = 1; i <= 4; i++) {
                queue.push(new Item(i));
            }
        }

        @Actor
        public void first() {
            firstStolen = queue.stealInto(firsts);
        }

        @Actor
        public void second() {
            secondStolen = queue.stealInto(seconds);
        }

        @Arbiter
        public void result(I_Result r) {
            Tally tally = new Tally(4);
            tally.add(firstStolen);
            tally.add(secondStolen);
            tally.addAll(queue);
            tally.addAll(firsts);
            tally.addAll(seconds);
            r.r1 = tally.once();
        }
    }

    /** What the owner wrote before pushing is seen by the thief. */
    @JCStressTest
    @Outcome(id = "0, -1", expect = ACCEPTABLE, desc = "The thief came before the push")
    @Outcome(
            id = "1, 7",
            expect = ACCEPTABLE,
            desc = "The thief got the item, and saw what was written before the push")
    @Outcome(expect = FORBIDDEN, desc = "The thief took an empty slot, or saw an item without what was written to it")
    @State
    public static class Publication {
        private final RunQueue queue = new RunQueue();
        private final RunQueue thiefs = new RunQueue();

        @Actor
        public void owner() {
            Item item = new Item(1);
            item.payload = 7;
            queue.push(item);
        }

        @Actor
        public void thief(II_Result r) {
            r.r1 = queue.isEmpty() ? 0 : 1;
            r.r2 = queue.stealInto(thiefs) instanceof Item item ? item.payload : -1;
            if (r.r1 == 0 && r.r2 == 7) {
                r.r1 = 1; // it came between the two looks
            }
        }
    }

    /** The owner of a full ring pushes into the slots that a thief has just emptied. */
    @JCStressTest
    @Outcome(
            id = "0",
            expect = ACCEPTABLE,
            desc = "All that was accepted was got by the thief, or is left in one of the queues")
    @Outcome(expect = FORBIDDEN, desc = "So many items were lost, or got twice")
    @State
    public static class PushAgainstStealOfFull {
        private static final int PUSHES = 16;
        private static final Item[] ITEMS = new Item[RunQueue.CAPACITY + PUSHES + 1];

        static {
            for (int i = 1; i < ITEMS.length; i++) {
                ITEMS[i] = new Item(i);
            }
        }

        private final RunQueue queue = new RunQueue();
        private final RunQueue thiefs = new RunQueue();
        private @Nullable Activity stolen;
        private int accepted = RunQueue.CAPACITY;

        public PushAgainstStealOfFull() {
            for (int i = 1; i <= RunQueue.CAPACITY; i++) {
                queue.push(ITEMS[i]);
            }
        }

        @Actor
        public void owner() {
            for (int i = 0; i < PUSHES; i++) {
                if (queue.push(ITEMS[accepted + 1])) {
                    accepted++;
                }
            }
        }

        @Actor
        public void thief() {
            stolen = queue.stealInto(thiefs);
        }

        @Arbiter
        public void result(I_Result r) {
            Tally tally = new Tally(accepted);
            tally.add(stolen);
            tally.addAll(queue);
            tally.addAll(thiefs);
            r.r1 = accepted - tally.once();
        }
    }

    /** The owner of a queue that has run empty wipes the slots and goes on, while a thief looks at them. */
    @JCStressTest
    @Outcome(
            id = "2",
            expect = ACCEPTABLE,
            desc = "Both items were got by one of them, or are left in one of the queues")
    @Outcome(expect = FORBIDDEN, desc = "An item was lost, or got twice")
    @State
    public static class ForgetAgainstSteal {
        private final RunQueue queue = new RunQueue();
        private final RunQueue thiefs = new RunQueue();
        private @Nullable Activity popped;
        private @Nullable Activity stolen;

        public ForgetAgainstSteal() {
            queue.push(new Item(1));
        }

        @Actor
        public void owner() {
            popped = queue.pop();
            queue.forgetStolen();
            queue.push(new Item(2));
        }

        @Actor
        public void thief() {
            stolen = queue.stealInto(thiefs);
        }

        @Arbiter
        public void result(I_Result r) {
            Tally tally = new Tally(2);
            tally.add(popped);
            tally.add(stolen);
            tally.addAll(queue);
            tally.addAll(thiefs);
            r.r1 = tally.once();
        }
    }
}
