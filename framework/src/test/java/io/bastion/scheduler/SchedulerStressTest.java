package io.bastion.scheduler;

import static io.bastion.testing.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Conditions;
import io.bastion.testing.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** Random loads on random topologies: every piece of work runs, once, and each strand's one at a time. */
class SchedulerStressTest {
    private static final int SCENARIOS = 25;

    @Test
    void everyMessage_isProcessedOnce_whateverTheTopologyAndTheLoad() {
        Random seeds = new Random(Seed.of("SchedulerStressTest.messages"));
        for (int i = 0; i < SCENARIOS; i++) {
            new Scenario(seeds.nextLong()).run();
        }
    }

    /** Sends one message at a time, with pauses about as long as a worker looks for work before it sleeps. */
    @Test
    void singleMessages_betweenSleeps_alwaysWakeSomebody() {
        SplittableRandom random = new SplittableRandom(Seed.of("SchedulerStressTest.wakeUps"));
        for (int[] topology : new int[][] {{1}, {2}, {4}, {1, 1}, {2, 2, 1}}) {
            NumaScheduler scheduler = create(topology);
            AtomicInteger processed = new AtomicInteger();
            List<Counter> counters = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                counters.add(new Counter(scheduler.nextHome(), processed));
            }
            for (int sent = 1; sent <= 4_000; sent++) {
                counters.get(random.nextInt(counters.size())).send();
                int expected = sent;
                awaitSpinning("message " + sent, () -> processed.get() >= expected);
                pause(random.nextInt(80_000));
            }
            end(scheduler);
        }
    }

    @Test
    void reactorWorkers_loseNothing_underRandomLoad() {
        Random random = new Random(Seed.of("SchedulerStressTest.workers"));
        for (int i = 0; i < 10; i++) {
            NumaScheduler scheduler = create(topology(random));
            int count = 20_000;
            List<Integer> received = Flux.range(0, 8)
                    .flatMap(
                            lane -> Flux.range(0, count / 8)
                                    .hide()
                                    .publishOn(scheduler, 1 + random.nextInt(4))
                                    .publishOn(scheduler, 1 + random.nextInt(300))
                                    .subscribeOn(scheduler),
                            8)
                    .collectList()
                    .block(Conditions.BOUND);
            assertThat(received).hasSize(count);
            end(scheduler);
        }
    }

    @Test
    void workersThatAreDisposedWhileTheyRun_neverRunAfterwards() {
        Random random = new Random(Seed.of("SchedulerStressTest.dispose"));
        NumaScheduler scheduler = create(2, 1);
        for (int i = 0; i < 300; i++) {
            Scheduler.Worker worker = scheduler.createWorker();
            AtomicInteger ran = new AtomicInteger();
            for (int j = 0; j < 20; j++) {
                worker.schedule(ran::incrementAndGet);
                worker.schedule(ran::incrementAndGet, 1 + random.nextInt(2_000), TimeUnit.MICROSECONDS);
            }
            pause(random.nextInt(300_000));
            worker.dispose();
            int atDispose = ran.get();
            await("the strand is idle", () -> ((SerialWorker) worker).depth() == 0);
            pause(random.nextInt(300_000));
            // one may have been running when the worker was disposed
            assertThat(ran.get() - atDispose).isBetween(0, 1);
        }
        end(scheduler);
    }

    private static int[] topology(Random random) {
        int[] cpusPerNode = new int[1 + random.nextInt(3)];
        for (int i = 0; i < cpusPerNode.length; i++) {
            cpusPerNode[i] = 1 + random.nextInt(4);
        }
        return cpusPerNode;
    }

    private static NumaScheduler create(int... cpusPerNode) {
        return NumaScheduler.builder()
                .name("stress")
                .topology(NumaTopology.of(cpusPerNode))
                .pinned(false)
                .uncaughtExceptionHandler((thread, error) -> {})
                .build();
    }

    private static void end(NumaScheduler scheduler) {
        scheduler.disposeGracefully().block(Conditions.BOUND);
    }

    private static void pause(int nanos) {
        if (nanos > 40_000) {
            LockSupport.parkNanos(nanos);
            return;
        }
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static void awaitSpinning(String what, BooleanSupplier condition) {
        for (int i = 0; i < 1_000; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            Thread.onSpinWait();
        }
        await(what, condition);
    }

    /** One topology with strands that send to one another, producers from outside, and disturbances. */
    private static final class Scenario {
        private final long seed;
        private final NumaScheduler scheduler;
        private final List<Relay> relays = new ArrayList<>();
        private final AtomicLong sent = new AtomicLong();
        private final AtomicLong processed = new AtomicLong();
        private final AtomicInteger violations = new AtomicInteger();
        private final int messagesPerProducer;
        private final int producers;
        private final boolean pausing;
        private final int[] topology;

        Scenario(long seed) {
            this.seed = seed;
            Random random = new Random(seed);
            topology = topology(random);
            scheduler = create(topology);
            int count = 1 + random.nextInt(random.nextBoolean() ? 8 : 3_000);
            for (int i = 0; i < count; i++) {
                relays.add(new Relay(scheduler.nextHome(), random.nextLong()));
            }
            producers = 1 + random.nextInt(3);
            pausing = random.nextBoolean();
            messagesPerProducer = pausing ? 300 : 10_000;
        }

        void run() {
            Random random = new Random(seed);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < producers; i++) {
                SplittableRandom own = new SplittableRandom(random.nextLong());
                threads.add(new Thread(() -> produce(own)));
            }
            threads.forEach(Thread::start);
            await("all messages are sent", () -> threads.stream().noneMatch(Thread::isAlive));
            await(this::describe, () -> processed.get() == sent.get());
            assertThat(violations).as(describe()).hasValue(0);
            assertThat(relays.stream().mapToLong(r -> r.count).sum()).isEqualTo(sent.get());
            end(scheduler);
        }

        private void produce(SplittableRandom random) {
            for (int i = 0; i < messagesPerProducer; i++) {
                relays.get(random.nextInt(relays.size())).send(random.nextInt(12));
                if (pausing) {
                    pause(random.nextInt(100_000));
                }
                if (random.nextInt(2_000) == 0) {
                    new Disturbance(scheduler.nextHome(), random.nextBoolean()).start();
                }
            }
        }

        private String describe() {
            return "all messages are processed: topology " + Arrays.toString(topology) + ", " + relays.size()
                    + " strands, " + processed + " of " + sent + ", " + scheduler.stats();
        }

        private final class Relay extends Strand {
            private final SplittableRandom random;
            private boolean inside;
            private long count;

            Relay(Home home, long seed) {
                super(home);
                random = new SplittableRandom(seed);
            }

            void send(int hops) {
                sent.incrementAndGet();
                push(new Message(hops));
            }

            @Override
            protected Step process(Node node, WorkFrame frame) {
                if (inside) {
                    violations.incrementAndGet();
                }
                inside = true;
                count++;
                int hops = ((Message) node).hops;
                if (hops > 0) {
                    relays.get(random.nextInt(relays.size())).send(hops - 1);
                }
                if (random.nextInt(5_000) == 0) {
                    LockSupport.parkNanos(1_000_000 + random.nextInt(4_000_000));
                }
                inside = false;
                processed.incrementAndGet();
                return Step.CONSUMED;
            }
        }
    }

    private static final class Message extends Strand.Node {
        final int hops;

        Message(int hops) {
            this.hops = hops;
        }
    }

    /** Blocks a worker for a while, or throws an error at it. */
    private static final class Disturbance extends Activity {
        private final boolean blocks;

        Disturbance(Home home, boolean blocks) {
            super(home);
            this.blocks = blocks;
        }

        void start() {
            schedule();
        }

        @Override
        protected void run(WorkFrame frame) {
            if (!blocks) {
                throw new StackOverflowError("pretended");
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static final class Counter extends Strand {
        private final AtomicInteger processed;

        Counter(Home home, AtomicInteger processed) {
            super(home);
            this.processed = processed;
        }

        void send() {
            push(new Message(0));
        }

        @Override
        protected Step process(Node node, WorkFrame frame) {
            processed.incrementAndGet();
            return Step.CONSUMED;
        }
    }
}
