package io.bastion.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testkit.Await;
import io.netty.buffer.ByteBuf;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What only the threads do: operations that block one, and those that wait for one. */
@Timeout(60)
@ExtendWith(Leftovers.class)
class NioTest {
    private final BlockingPool pool = new BlockingPool("test", 2);
    private final BlockingPool closer = new BlockingPool("test-close", 1);
    private final StuckChannel stuck = new StuckChannel();
    private final NioHandle handle = new NioHandle(stuck, Path.of("stuck"), pool, closer, Leftovers.ALLOCATOR);
    private final Queue<Object> ends = new ConcurrentLinkedQueue<>();

    private final Completion<Integer> noted = new Completion<>() {
        @Override
        public void done(Integer result) {
            ends.add(result);
        }

        @Override
        public void failed(Throwable fault) {
            ends.add(fault);
        }
    };

    private Cancel read(ByteBuf room) {
        return handle.read(new ByteBuf[] {room}, 0, 1, 0, noted);
    }

    @Test
    void close_endsReadsThatBlock_andThoseThatWait_beforeItCompletes() {
        ByteBuf room = Bytes.room(8);
        for (int i = 0; i < 10; i++) {
            read(room);
        }
        Await.until("both threads block", () -> stuck.inside() == 2);
        AtomicInteger endsAtClose = new AtomicInteger(-1);
        handle.close(new Completion<>() {
            @Override
            public void done(Integer zero) {
                endsAtClose.set(ends.size());
            }

            @Override
            public void failed(Throwable fault) {}
        });

        Await.until("closed", () -> endsAtClose.get() >= 0);
        assertThat(endsAtClose).hasValue(10);
        assertThat(ends)
                .allMatch(end -> end instanceof IoFault fault && fault.code().equals("EBADF"));
        assertThat(room.refCnt()).isOne();
        room.release();
    }

    @Test
    void cancelOfAWaitingOperation_endsItAtOnce_thatOfARunningOneWaits() {
        ByteBuf room = Bytes.room(8);
        Cancel running = read(room);
        read(room);
        Await.until("both threads block", () -> stuck.inside() == 2);
        Cancel waiting = read(room);

        waiting.cancel();
        assertThat(ends)
                .singleElement()
                .isInstanceOfSatisfying(
                        IoFault.class, fault -> assertThat(fault.code()).isEqualTo("ECANCELED"));
        running.cancel();
        assertThat(ends).hasSize(1);
        assertThat(room.refCnt()).isEqualTo(3);

        stuck.release();
        Await.until("ended", () -> ends.size() == 3 && room.refCnt() == 1);
        room.release();
    }

    @Test
    void pool_usesAnIdleThreadBeforeANewOne_andGoesNoFurtherThanItsBound() {
        BlockingPool wide = new BlockingPool("wide", 8);
        Queue<String> threads = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 50; i++) {
            wide.execute(() -> threads.add(Thread.currentThread().getName()));
            Await.until("ran, and its thread is idle", wide::hasIdleThread);
        }
        assertThat(threads).hasSize(50).containsOnly("wide-1");

        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger peak = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        for (int i = 0; i < 200; i++) {
            pool.execute(() -> {
                peak.accumulateAndGet(inside.incrementAndGet(), Math::max);
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                inside.decrementAndGet();
                ended.incrementAndGet();
            });
        }
        gate.countDown();
        Await.until("all ran", () -> ended.get() == 200);
        assertThat(peak.get()).isLessThanOrEqualTo(2);
    }
}
