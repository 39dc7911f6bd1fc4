package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.Checks;
import io.bastion.benchmarks.work.Gate;
import io.bastion.benchmarks.work.Run;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;
import java.util.Queue;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jctools.queues.SpscArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Bare JCTools queues between threads that never sleep: no actors, no scheduling, no wake-up, no types.
 *
 * <p>Not a system that one could use, but what the machine allows. Ping-pong runs on one thread: an actor system that keeps
 * a conversation on one worker is to be compared with that, not with two cores that hand cache lines over.
 */
final class LimitSubject implements Subject {
    private static final Object MESSAGE = new Object();
    private static final int CHUNK = 1_024;
    private static final int SMALL_CHUNK = 64;
    private static final int BURST = 256;
    private static final int FAN_IN_WINDOW = 4 * 2 * BURST;
    private static final int BATCHES = 64;
    private static final int PAIRS = 64;
    private static final int BALLS = 16;

    @Override
    public Work work(Workload workload) {
        return switch (workload) {
            case TELL -> (Work.Load) LimitSubject::tell;
            case TELL_ALL -> (Work.Load) LimitSubject::tellAll;
            case FAN_IN -> (Work.Load) LimitSubject::fanIn;
            case PING_PONG -> (Work.Load) LimitSubject::pingPong;
            case PAIRS ->
                new Work.Load() {
                    @Override
                    public Run run(long operations) throws Exception {
                        return pairs(operations);
                    }

                    @Override
                    public long least() {
                        return PAIRS * BALLS;
                    }
                };
            default -> throw Subject.noPart(workload);
        };
    }

    @Override
    public void close() {}

    private static Run tell(long operations) throws InterruptedException {
        MpscUnboundedArrayQueue<Object> queue = new MpscUnboundedArrayQueue<>(CHUNK);
        Gate gate = new Gate();
        Thread consumer = new Thread(() -> {
            for (long n = 0; n < operations; ) {
                if (queue.relaxedPoll() == null) {
                    Thread.onSpinWait();
                } else if (Gate.isStep(++n)) {
                    gate.handled(n);
                }
            }
        });
        consumer.start();
        long start = System.nanoTime();
        for (long i = 1; i <= operations; i++) {
            queue.offer(MESSAGE);
            if (Gate.isStep(i)) {
                gate.await(i);
            }
        }
        consumer.join();
        long nanos = System.nanoTime() - start;
        Checks.equal("messages left", queue.size(), 0);
        return new Run(operations, nanos);
    }

    /** Arrays of 256 go to the consumer and come back to be used again. */
    private static Run tellAll(long operations) throws InterruptedException {
        SpscArrayQueue<@Nullable Object[]> full = new SpscArrayQueue<>(BATCHES);
        SpscArrayQueue<@Nullable Object[]> empty = new SpscArrayQueue<>(BATCHES);
        for (int i = 0; i < BATCHES; i++) {
            empty.offer(new Object[BURST]);
        }
        long batches = Math.max(1, operations / BURST);
        long[] count = new long[1];
        Thread consumer = new Thread(() -> {
            long n = 0;
            for (long i = 0; i < batches; i++) {
                @Nullable Object[] batch = poll(full);
                for (int j = 0; j < BURST; j++) {
                    if (batch[j] == MESSAGE) {
                        n++;
                    }
                    batch[j] = null;
                }
                empty.offer(batch);
            }
            count[0] = n;
        });
        consumer.start();
        long start = System.nanoTime();
        for (long i = 0; i < batches; i++) {
            @Nullable Object[] batch = poll(empty);
            for (int j = 0; j < BURST; j++) {
                batch[j] = MESSAGE;
            }
            full.offer(batch);
        }
        consumer.join();
        long nanos = System.nanoTime() - start;
        Checks.equal("messages", count[0], batches * BURST);
        return new Run(batches * BURST, nanos);
    }

    /** Four producers that have as much under way as those of the actors, put together on one thread. */
    private static Run fanIn(long operations) throws InterruptedException {
        MpscUnboundedArrayQueue<Object> queue = new MpscUnboundedArrayQueue<>(CHUNK);
        Window window = new Window();
        Thread consumer = new Thread(() -> {
            for (long n = 0; n < operations; ) {
                if (queue.relaxedPoll() == null) {
                    Thread.onSpinWait();
                } else if (++n % BURST == 0) {
                    window.handled = n;
                }
            }
        });
        consumer.start();
        long start = System.nanoTime();
        for (long i = 0; i < operations; i++) {
            if (i % BURST == 0) {
                while (i - window.handled > FAN_IN_WINDOW - BURST) {
                    Thread.onSpinWait();
                }
            }
            queue.offer(MESSAGE);
        }
        consumer.join();
        long nanos = System.nanoTime() - start;
        Checks.equal("messages left", queue.size(), 0);
        return new Run(operations, nanos);
    }

    private static final class Window {
        volatile long handled;
    }

    /** Both queues on one thread. */
    private static Run pingPong(long operations) {
        Queue<Object> there = new MpscUnboundedArrayQueue<>(SMALL_CHUNK);
        Queue<Object> back = new MpscUnboundedArrayQueue<>(SMALL_CHUNK);
        long count = 0;
        long start = System.nanoTime();
        for (long i = 0; i < operations; i++) {
            there.offer(MESSAGE);
            back.offer(there.poll());
            if (back.poll() == MESSAGE) {
                count++;
            }
        }
        long nanos = System.nanoTime() - start;
        Checks.equal("round trips", count, operations);
        return new Run(operations, nanos);
    }

    /** Two threads with half the pairs each. */
    private static Run pairs(long operations) throws InterruptedException {
        Half first = new Half(operations / 2);
        Half second = new Half(operations / 2);
        long start = System.nanoTime();
        first.start();
        second.start();
        first.join();
        second.join();
        return new Run(first.trips + second.trips, System.nanoTime() - start);
    }

    /** Half of the pairs, served in turn by one thread. */
    private static final class Half extends Thread {
        private final MpscUnboundedArrayQueue<Object>[] there = queues(0);
        private final MpscUnboundedArrayQueue<Object>[] back = queues(BALLS);
        private final long atLeast;
        private long trips;

        Half(long atLeast) {
            this.atLeast = atLeast;
        }

        @Override
        public void run() {
            long n = 0;
            while (n < atLeast) {
                for (int i = 0; i < there.length; i++) {
                    n += move(back[i], there[i]);
                    move(there[i], back[i]);
                }
            }
            trips = n;
        }

        private static int move(MpscUnboundedArrayQueue<Object> from, MpscUnboundedArrayQueue<Object> to) {
            int moved = 0;
            for (Object ball = from.relaxedPoll(); ball != null; ball = from.relaxedPoll()) {
                to.offer(ball);
                moved++;
            }
            return moved;
        }

        @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generics
        private static MpscUnboundedArrayQueue<Object>[] queues(int balls) {
            MpscUnboundedArrayQueue<Object>[] queues = new MpscUnboundedArrayQueue[PAIRS / 2];
            for (int i = 0; i < queues.length; i++) {
                queues[i] = new MpscUnboundedArrayQueue<>(SMALL_CHUNK);
                for (int j = 0; j < balls; j++) {
                    queues[i].offer(MESSAGE);
                }
            }
            return queues;
        }
    }

    private static @Nullable Object[] poll(SpscArrayQueue<@Nullable Object[]> queue) {
        @Nullable Object[] batch = queue.poll();
        while (batch == null) {
            Thread.onSpinWait();
            batch = queue.poll();
        }
        return batch;
    }
}
