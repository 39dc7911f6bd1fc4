package io.bastion.io;

import io.netty.buffer.ByteBuf;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;

/**
 * Writes what a publisher emits, and releases it. One write is in flight at a time; what arrives meanwhile is gathered and goes out
 * with the next.
 */
final class FileWriteMono extends Mono<Long> {
    /** How many buffers are requested and not yet written. */
    static final int PREFETCH = 2 * Handle.MAX_BUFFERS;

    private final Handle handle;
    private final Publisher<? extends ByteBuf> source;
    private final long position;

    FileWriteMono(Handle handle, Publisher<? extends ByteBuf> source, long position) {
        this.handle = handle;
        this.source = source;
        this.position = position;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Long> actual) {
        source.subscribe(new Writing(actual, handle, position));
    }

    /** Runs as a loop that whoever has news enters, one at a time; what is not volatile belongs to whoever is in it. */
    private static final class Writing implements CoreSubscriber<ByteBuf>, Subscription, Completion<Long> {
        private final CoreSubscriber<? super Long> actual;
        private final Handle handle;
        private final Queue<ByteBuf> arrived = Queues.<ByteBuf>get(PREFETCH).get();
        private final AtomicInteger wip = new AtomicInteger();
        private final AtomicInteger started = new AtomicInteger();
        private @Nullable Subscription upstream;

        private volatile boolean cancelled;
        private volatile boolean sourceEnded;
        private @Nullable Throwable sourceFault;

        /** Written by the backend before landed. */
        private long landedBytes;

        private @Nullable Throwable fault;
        private volatile boolean landed;

        private long position;
        private long written;
        private boolean inFlight;
        private boolean terminated;
        private int unreplenished;
        private int batch;
        private Cancel writing = Cancel.NOTHING;

        Writing(CoreSubscriber<? super Long> actual, Handle handle, long position) {
            this.actual = actual;
            this.handle = handle;
            this.position = position;
        }

        @Override
        public reactor.util.context.Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            if (Operators.validate(upstream, subscription)) {
                upstream = subscription;
                actual.onSubscribe(this);
            }
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n) && started.compareAndSet(0, 1)) {
                requestMore(PREFETCH);
            }
        }

        private void requestMore(int n) {
            Subscription subscription = upstream;
            if (subscription != null) {
                subscription.request(n);
            }
        }

        @Override
        public void onNext(ByteBuf buffer) {
            if (sourceEnded || !arrived.offer(buffer)) {
                buffer.release();
                if (!sourceEnded) {
                    cancelSource();
                    onError(Exceptions.failWithOverflow("the source emitted more than was requested of it"));
                }
                return;
            }
            drain();
        }

        @Override
        public void onError(Throwable thrown) {
            if (sourceEnded) {
                Operators.onErrorDropped(thrown, currentContext());
                return;
            }
            sourceFault = thrown;
            sourceEnded = true;
            drain();
        }

        @Override
        public void onComplete() {
            sourceEnded = true;
            drain();
        }

        @Override
        public void cancel() {
            cancelled = true;
            cancelSource();
            drain();
        }

        private void cancelSource() {
            Subscription subscription = upstream;
            if (subscription != null) {
                subscription.cancel();
            }
        }

        @Override
        public void done(Long bytes) {
            landedBytes = bytes;
            landed = true;
            drain();
        }

        @Override
        public void failed(Throwable thrown) {
            fault = thrown;
            landed = true;
            drain();
        }

        private void drain() {
            if (wip.getAndIncrement() != 0) {
                return;
            }
            int missed = 1;
            do {
                settle();
                if (cancelled && inFlight) {
                    writing.cancel();
                }
                if (cancelled || terminated) {
                    discardArrived();
                } else if (!inFlight) {
                    next();
                }
                missed = wip.addAndGet(-missed);
            } while (missed != 0);
        }

        private void settle() {
            if (!landed) {
                return;
            }
            landed = false;
            inFlight = false;
            if (fault != null) {
                fail(fault);
            } else {
                position += landedBytes;
                written += landedBytes;
                unreplenished += batch;
            }
        }

        private void next() {
            ByteBuf[] buffers = new ByteBuf[Math.min(arrived.size(), Handle.MAX_BUFFERS)];
            int count = 0;
            for (ByteBuf buffer; count < buffers.length && (buffer = arrived.poll()) != null; ) {
                buffers[count++] = buffer;
            }
            if (count > 0) {
                batch = count;
                inFlight = true;
                writing = WriteAll.start(handle, buffers, count, position, this);
            } else if (sourceEnded && arrived.isEmpty()) {
                terminated = true;
                if (sourceFault != null) {
                    actual.onError(sourceFault);
                } else {
                    actual.onNext(written);
                    actual.onComplete();
                }
            }
            if (unreplenished > 0 && !sourceEnded && (unreplenished >= PREFETCH / 2 || count == 0)) {
                int more = unreplenished;
                unreplenished = 0;
                requestMore(more);
            }
        }

        private void fail(Throwable thrown) {
            if (!terminated && !cancelled) {
                terminated = true;
                cancelSource();
                actual.onError(thrown);
            }
        }

        private void discardArrived() {
            for (ByteBuf buffer; (buffer = arrived.poll()) != null; ) {
                buffer.release();
            }
        }
    }
}
