package io.bastion.scheduler;

import static io.bastion.testing.Conditions.await;
import static io.bastion.testing.Conditions.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Conditions;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Work finds an idle worker: behind blocked activities, within the node, across nodes; and nothing starves. */
class WorkSharingTest extends NumaSchedulerTesting {
    @Test
    void nextSlot_behindABlockedActivity_isRescued() {
        NumaScheduler numa = create(2);
        CountDownLatch rescued = new CountDownLatch(1);
        AtomicBoolean ran = new AtomicBoolean();
        Home home = numa.nextHome();
        new Probe(home, f -> {
                    new Probe(home, g -> rescued.countDown()).start();
                    ran.set(awaitQuietly(rescued));
                })
                .start();
        await("the blocked one has ended", ran::get);
        assertThat(numa.stats().nodes().get(0).rescues()).isEqualTo(1);
    }

    @Test
    void nextSlot_isRescued_alsoIfTheWatchWasAsleep_orHasToGoToWorkItself() {
        NumaScheduler numa = create(3);
        NodeGroup group = numa.pool.groups[0];
        for (int i = 0; i < 8; i++) {
            awaitDeepSleep(numa);
            await("one of them watches", () -> group.watch.holder() >= 0); // who was called to may not have run yet
            int watch = group.watch.holder();
            int first = i % 2 == 0 ? watch : (watch + 1) % 3;
            CountDownLatch rescued = new CountDownLatch(2);
            AtomicInteger ended = new AtomicInteger();
            for (int j = 0; j < 2; j++) {
                Home home = group.workers[(first + j) % 3];
                new Probe(home, f -> {
                            new Probe(home, g -> rescued.countDown()).start();
                            awaitQuietly(rescued);
                            ended.incrementAndGet();
                        })
                        .start();
            }
            await("both blocked ones have ended", () -> ended.get() == 2);
            assertThat(rescued.getCount()).isZero();
        }
    }

    @Test
    void everythingBehindABlockedActivity_isTakenOver_alsoWhatOverflowed() {
        NumaScheduler numa = create(2);
        int count = 5 * RunQueue.CAPACITY;
        CountDownLatch others = new CountDownLatch(count);
        AtomicBoolean ran = new AtomicBoolean();
        Home home = numa.nextHome();
        new Probe(home, f -> {
                    for (int i = 0; i < count; i++) {
                        new Probe(home, g -> others.countDown()).start();
                    }
                    ran.set(awaitQuietly(others));
                })
                .start();
        await("all others have run", ran::get);
    }

    @Test
    void inboxOfABlockedWorker_isTakenOver() {
        NumaScheduler numa = create(2);
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(100);
        AtomicBoolean ended = new AtomicBoolean();
        Home home = numa.nextHome();
        new Probe(home, f -> {
                    blocked.countDown();
                    ended.set(awaitQuietly(others));
                })
                .start();
        awaitQuietly(blocked);
        for (int i = 0; i < 100; i++) {
            new Probe(home, f -> others.countDown()).start();
        }
        await("all have run", ended::get);
    }

    @Test
    void otherNode_helpsOut_whenItHasBeenIdleForAWhile() {
        NumaScheduler numa = create(1, 1);
        Home home = numa.nextHome(0);
        Set<String> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(400);
        AtomicBoolean ended = new AtomicBoolean();
        new Probe(home, f -> {
                    for (int i = 0; i < 400; i++) {
                        new Probe(home, g -> {
                                    threads.add(Thread.currentThread().getName());
                                    all.countDown();
                                })
                                .start();
                    }
                    ended.set(awaitQuietly(all));
                })
                .start();
        await("all have run although their only worker is blocked", ended::get);
        assertThat(threads).containsExactly("test-1-0");
        assertThat(numa.stats().nodes().get(1).farSteals()).isPositive();
        assertThat(numa.stats().nodes().get(1).nearSteals()).isZero();
    }

    @Test
    void busyNode_leavesOtherNodesWorkAlone() {
        NumaScheduler numa = create(1, 1);
        AtomicBoolean stop = new AtomicBoolean();
        new Probe(numa.nextHome(1), null) {
            @Override
            protected void run(WorkFrame frame) {
                if (!stop.get()) {
                    reschedule();
                }
            }
        }.start();
        CountDownLatch done = new CountDownLatch(2_000);
        Home home = numa.nextHome(0);
        for (int i = 0; i < 2_000; i++) {
            new Probe(home, f -> done.countDown()).start();
        }
        await("all have run", () -> done.getCount() == 0);
        stop.set(true);
        assertThat(numa.stats().nodes().get(1).farSteals()).isZero();
    }

    @Test
    void activitiesThatWakeEachOtherForEver_letTheQueueHaveItsTurn() {
        NumaScheduler numa = create(1);
        Home home = numa.nextHome();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicBoolean queuedRan = new AtomicBoolean();
        Probe[] pair = new Probe[2];
        pair[0] = new Probe(home, f -> startUnless(stop, pair[1]));
        pair[1] = new Probe(home, f -> startUnless(stop, pair[0]));
        new Probe(home, f -> {
                    new Probe(home, g -> queuedRan.set(true)).start();
                    pair[0].start(); // displaces the other one from the next slot to the queue
                })
                .start();
        await("the queued one has run", queuedRan::get);
        stop.set(true);
    }

    @Test
    void activityThatGoesOnForEver_letsTheInboxHaveItsTurn() {
        NumaScheduler numa = create(1);
        Home home = numa.nextHome();
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch running = new CountDownLatch(1);
        new Probe(home, null) {
            @Override
            protected void run(WorkFrame frame) {
                running.countDown();
                if (!stop.get()) {
                    reschedule();
                }
            }
        }.start();
        awaitQuietly(running);
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        new Probe(home, f -> ran.complete(true)).start();
        assertThat(result(ran)).isTrue();
        stop.set(true);
    }

    @Test
    void manyWorkers_allRunAtTheSameTime() {
        NumaScheduler numa = create(70);
        CountDownLatch all = new CountDownLatch(70);
        AtomicInteger ended = new AtomicInteger();
        for (int i = 0; i < 70; i++) {
            new Probe(numa.nextHome(), f -> {
                        all.countDown();
                        if (awaitQuietly(all)) {
                            ended.incrementAndGet();
                        }
                    })
                    .start();
        }
        await("all 70 have run at the same time", () -> ended.get() == 70);
    }

    @Test
    void surplus_spreadsOverAllWorkers() {
        NumaScheduler numa = create(6);
        awaitAllAsleep(numa);
        CountDownLatch all = new CountDownLatch(6);
        AtomicInteger ended = new AtomicInteger();
        Home home = numa.nextHome();
        new Probe(home, f -> {
                    for (int i = 0; i < 5; i++) {
                        new Probe(home, g -> {
                                    all.countDown();
                                    awaitQuietly(all);
                                    ended.incrementAndGet();
                                })
                                .start();
                    }
                    all.countDown();
                    awaitQuietly(all);
                    ended.incrementAndGet();
                })
                .start();
        await("all six have run at the same time", () -> ended.get() == 6);
        // not only because the watch looks round now and then
        assertThat(numa.stats().nodes().get(0).unparks()).isGreaterThan(1);
    }

    @Test
    void sleepingScheduler_doesNotWakeUp() {
        NumaScheduler numa = create(2, 2);
        Flux.range(0, 1000).publishOn(numa, 1).blockLast(Conditions.BOUND);
        awaitDeepSleep(numa);
    }

    private static void startUnless(AtomicBoolean stop, Probe probe) {
        if (!stop.get()) {
            probe.start();
        }
    }
}
