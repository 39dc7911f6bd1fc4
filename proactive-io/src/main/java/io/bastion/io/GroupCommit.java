package io.bastion.io;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Appends of many writers to the end of one file, made durable together: while one group is written and synchronised, the
 * next gathers.
 *
 * <p>The first fault is the last word: after a failed write or sync nobody knows what is on the disk, so every append of the
 * group and every later one fails with it.
 */
final class GroupCommit {
    private static final int GROUP = 1_024;

    private final Handle handle;
    private final Queue<Append> appends = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wip = new AtomicInteger();

    /** Whether a group is on its way; it owns what is not volatile. */
    private volatile boolean busy;

    private long end = -1;
    private volatile long groups;
    private volatile @Nullable Throwable fault;

    GroupCommit(Handle handle) {
        this.handle = handle;
    }

    /** How many groups have been made durable. */
    long groups() {
        return groups;
    }

    /** Appends a buffer, which it takes over; gives its position. A cancel comes in time until it is in a group. */
    Cancel append(ByteBuf record, Completion<Long> completion) {
        Append append = new Append(record, completion);
        appends.add(append);
        drain();
        return append;
    }

    private void drain() {
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            while (!busy && !appends.isEmpty()) {
                busy = true;
                if (fault != null) {
                    List<Append> refused = gather();
                    refused.forEach(append -> append.record.release());
                    fail(refused, fault);
                } else if (end < 0) {
                    handle.stat(new Step<FileStat>(List.of()) {
                        @Override
                        public void done(FileStat stat) {
                            end = stat.size();
                            next();
                        }
                    });
                } else {
                    write(gather());
                }
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private void next() {
        busy = false;
        drain();
    }

    private List<Append> gather() {
        List<Append> group = new ArrayList<>();
        for (Append append; group.size() < GROUP && (append = appends.poll()) != null; ) {
            if (append.taken.compareAndSet(false, true)) {
                group.add(append);
            }
        }
        return group;
    }

    private void write(List<Append> group) {
        ByteBuf[] records = new ByteBuf[group.size()];
        for (int i = 0; i < records.length; i++) {
            records[i] = group.get(i).record;
            group.get(i).length = records[i].readableBytes();
        }
        WriteAll.start(handle, records, records.length, end, new Step<Long>(group) {
            @Override
            public void done(Long bytes) {
                sync(group);
            }
        });
    }

    private void sync(List<Append> group) {
        handle.sync(true, new Step<Integer>(group) {
            @Override
            public void done(Integer zero) {
                groups++;
                for (Append append : group) {
                    long position = end;
                    end += append.length;
                    append.completion.done(position);
                }
                next();
            }
        });
    }

    private void fail(List<Append> group, Throwable thrown) {
        for (Append append : group) {
            append.completion.failed(thrown);
        }
        next();
    }

    private abstract class Step<T> implements Completion<T> {
        private final List<Append> group;

        Step(List<Append> group) {
            this.group = group;
        }

        @Override
        public void failed(Throwable thrown) {
            fault = thrown;
            fail(group, thrown);
        }
    }

    private static final class Append implements Cancel {
        private final ByteBuf record;
        private final Completion<Long> completion;
        private final AtomicBoolean taken = new AtomicBoolean();
        private int length;

        Append(ByteBuf record, Completion<Long> completion) {
            this.record = record;
            this.completion = completion;
        }

        @Override
        public void cancel() {
            if (taken.compareAndSet(false, true)) {
                record.release();
                completion.failed(IoFault.of("append", null, Errno.ECANCELED));
            }
        }
    }
}
