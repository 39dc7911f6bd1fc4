package io.bastion.io;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * A part of a file as buffers, in order. A few chunks are read ahead, once there is demand; none is emitted beyond it. The
 * subscriber owns what it gets, everything else is released here.
 */
final class FileReadFlux extends Flux<ByteBuf> {
    private final Handle handle;
    private final ReadSpec spec;
    private final ByteBufAllocator allocator;

    FileReadFlux(Handle handle, ReadSpec spec, ByteBufAllocator allocator) {
        this.handle = handle;
        this.spec = spec;
        this.allocator = allocator;
    }

    @Override
    public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
        actual.onSubscribe(new Reading(actual, handle, spec, allocator));
    }

    /** Runs as a loop that whoever has news enters, one at a time; what is not volatile belongs to whoever is in it. */
    private static final class Reading implements Subscription {
        private static final AtomicIntegerFieldUpdater<Reading> WIP =
                AtomicIntegerFieldUpdater.newUpdater(Reading.class, "wip");
        private static final AtomicLongFieldUpdater<Reading> REQUESTED =
                AtomicLongFieldUpdater.newUpdater(Reading.class, "requested");

        private final CoreSubscriber<? super ByteBuf> actual;
        private final Handle handle;
        private final ByteBufAllocator allocator;
        private final int chunkSize;
        private final Chunk[] window;

        private volatile int wip;
        private volatile long requested;
        private volatile boolean cancelled;
        private volatile @Nullable Throwable badRequest;

        private long position;
        private long end;
        private long emitted;
        private boolean terminated;

        /** Numbers of the oldest chunk that has not been emitted, and of the next to be read. */
        private long first;

        private long next;

        Reading(CoreSubscriber<? super ByteBuf> actual, Handle handle, ReadSpec spec, ByteBufAllocator allocator) {
            this.actual = actual;
            this.handle = handle;
            this.allocator = allocator;
            this.chunkSize = spec.chunkSize();
            this.position = spec.position();
            this.end = spec.end();
            this.window = new Chunk[spec.window()];
            for (int i = 0; i < window.length; i++) {
                window[i] = new Chunk();
            }
        }

        @Override
        public void request(long n) {
            if (n > 0) {
                Operators.addCap(REQUESTED, this, n);
            } else {
                badRequest = Exceptions.nullOrNegativeRequestException(n);
            }
            drain();
        }

        @Override
        public void cancel() {
            cancelled = true;
            drain();
        }

        private void drain() {
            if (WIP.getAndIncrement(this) != 0) {
                return;
            }
            int missed = 1;
            do {
                if (badRequest != null) {
                    fail(badRequest);
                }
                if (!cancelled && !terminated) {
                    try {
                        emit();
                        fill();
                    } catch (Throwable e) {
                        fail(Operators.onOperatorError(e, actual.currentContext()));
                    }
                }
                if (cancelled || terminated) {
                    discardAll();
                }
                missed = WIP.addAndGet(this, -missed);
            } while (missed != 0);
        }

        private Chunk chunk(long number) {
            return window[(int) (number % window.length)];
        }

        private void emit() {
            while (first < next && !terminated && !cancelled) {
                Chunk chunk = chunk(first);
                if (!settle(chunk)) {
                    return;
                }
                if (!chunk.buffer().isReadable()) {
                    chunk.discard();
                    first++;
                } else if (emitted < requested) {
                    ByteBuf buffer = chunk.take();
                    first++;
                    emitted++;
                    actual.onNext(buffer);
                } else {
                    // Not the end: it waits for demand.
                    return;
                }
            }
            if (first == next && position >= end && !terminated && !cancelled) {
                terminated = true;
                actual.onComplete();
            }
        }

        /** Looks at what has come for the oldest chunk; returns whether it is as full as it will be. */
        private boolean settle(Chunk chunk) {
            if (chunk.full || !chunk.landed) {
                return chunk.full;
            }
            chunk.landed = false;
            Throwable fault = chunk.fault;
            if (fault != null) {
                fail(fault);
                return false;
            }
            ByteBuf buffer = chunk.buffer();
            buffer.writerIndex(buffer.writerIndex() + chunk.bytes);
            if (chunk.bytes == 0) {
                // The end of the file. What the chunks behind it may have got has appeared since, and not beside this.
                end = 0;
                chunk.full = true;
                next = first + 1;
            } else if (buffer.isWritable()) {
                chunk.read();
            } else {
                chunk.full = true;
            }
            return chunk.full;
        }

        private void fill() {
            while (!terminated && !cancelled && position < end && next - first < window.length) {
                int length = (int) Math.min(chunkSize, end - position);
                chunk(next++).start(position, length);
                position += length;
            }
        }

        private void fail(Throwable fault) {
            if (!terminated && !cancelled) {
                terminated = true;
                actual.onError(fault);
            }
        }

        private void discardAll() {
            for (Chunk chunk : window) {
                chunk.discard();
            }
        }

        /** A buffer on its way from the file; a place in the window is used again and again. */
        private final class Chunk implements Completion<Integer> {
            private @Nullable ByteBuf buffer;
            private ByteBuf[] target = Buffers.NONE;
            private Cancel reading = Cancel.NOTHING;
            private long at;
            private boolean full;

            /** Written by the backend before landed. */
            private int bytes;

            private @Nullable Throwable fault;
            private volatile boolean landed;

            void start(long position, int length) {
                ByteBuf fresh = allocator.directBuffer(length, length);
                buffer = fresh;
                target = new ByteBuf[] {fresh};
                at = position;
                full = false;
                fault = null;
                landed = false;
                read();
            }

            void read() {
                reading = handle.read(target, 0, 1, at + buffer().writerIndex(), this);
            }

            ByteBuf buffer() {
                if (buffer == null) {
                    throw new IllegalStateException("chunk: empty (expected: one with a buffer)");
                }
                return buffer;
            }

            ByteBuf take() {
                ByteBuf taken = buffer();
                buffer = null;
                return taken;
            }

            /** An operation in flight keeps its own reference to the buffer; its completion is not looked at any more. */
            void discard() {
                if (buffer != null) {
                    if (!full) {
                        reading.cancel();
                    }
                    buffer.release();
                    buffer = null;
                }
            }

            @Override
            public void done(Integer result) {
                bytes = result;
                landed = true;
                drain();
            }

            @Override
            public void failed(Throwable thrown) {
                fault = thrown;
                landed = true;
                drain();
            }
        }
    }
}
