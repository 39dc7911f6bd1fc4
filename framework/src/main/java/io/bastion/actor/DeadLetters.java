package io.bastion.actor;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * The dead letters of a system as a hot stream, and now and then in the log.
 *
 * <p>Subscribers are called on the thread that found the letter. Each has a buffer of {@value #BUFFER}; one that is slower
 * loses the oldest, which is logged. A subscriber that throws harms nobody.
 */
final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final int BUFFER = 8_192;
    private static final long LOG_EVERY_NANOS = 1_000_000_000L;

    private final List<FluxSink<DeadLetter>> sinks = new CopyOnWriteArrayList<>();
    private final AtomicLong count = new AtomicLong();
    private final AtomicLongArray byReason = new AtomicLongArray(DeadLetter.Reason.values().length);

    /** When the log was last written, and the count then; written by whoever wins the CAS on the time. */
    private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - LOG_EVERY_NANOS);

    private volatile long loggedCount;
    private volatile boolean closed;

    Flux<DeadLetter> flux() {
        return Flux.<DeadLetter>create(this::add, FluxSink.OverflowStrategy.IGNORE)
                .onBackpressureBuffer(
                        BUFFER,
                        lost -> Report.warn("dead letter lost by a slow subscriber: {}", lost),
                        BufferOverflowStrategy.DROP_OLDEST);
    }

    private void add(FluxSink<DeadLetter> sink) {
        sinks.add(sink);
        sink.onDispose(() -> sinks.remove(sink));
        if (closed) {
            sink.complete();
        }
    }

    void publish(DeadLetter letter) {
        long n = count.incrementAndGet();
        byReason.incrementAndGet(letter.reason().ordinal());
        for (FluxSink<DeadLetter> sink : sinks) {
            try {
                sink.next(letter);
            } catch (Throwable t) {
                Report.warn("subscriber of dead letters failed", t);
            }
        }
        log(letter, n);
    }

    long count(DeadLetter.Reason reason) {
        return byReason.get(reason.ordinal());
    }

    private void log(DeadLetter letter, long n) {
        long now = System.nanoTime();
        long last = loggedAt.get();
        if (now - last >= LOG_EVERY_NANOS && loggedAt.compareAndSet(last, now)) {
            long others = n - 1 - loggedCount;
            loggedCount = n;
            try {
                LOG.warn(
                        "dead letter for {}: {} ({}){}",
                        letter.recipient().path(),
                        letter.message().getClass().getName(),
                        letter.reason(),
                        others > 0 ? ", and " + others + " others since the last such line" : "");
            } catch (Throwable t) {
                // a log appender that throws changes nothing
            }
        }
    }

    void close() {
        closed = true;
        sinks.forEach(sink -> Report.guard(sink::complete));
    }
}
