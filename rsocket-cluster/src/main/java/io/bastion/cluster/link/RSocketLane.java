package io.bastion.cluster.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.util.ByteBufPayload;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A lane as a request-channel that the dialler opens. Its first payload has the lane's number; the first one of the answer is empty
 * and says that the other end has joined. Then each payload is a batch.
 */
final class RSocketLane {
    private final int number;
    private final int maxBatch;
    private final Consumer<String> end;
    private final LaneInbound inbound = new LaneInbound();
    private final AtomicBoolean joined = new AtomicBoolean();
    private final AtomicBoolean opened = new AtomicBoolean();

    /** At the end that was dialled. */
    private final Sinks.One<Publisher<ByteBuf>> outbound = Sinks.one();

    /**
     * @param end ends the link, for a reason
     */
    RSocketLane(int number, int maxBatch, Consumer<String> end) {
        this.number = number;
        this.maxBatch = maxBatch;
        this.end = end;
    }

    /**
     * Joins here.
     *
     * @param socket the other end, if this one is to open the channel
     */
    Flux<ByteBuf> join(Publisher<ByteBuf> batches, @Nullable RSocket socket) {
        if (!joined.compareAndSet(false, true)) {
            throw new IllegalStateException("lane: " + number + " was joined already (expected: once)");
        }
        if (socket == null) {
            outbound.tryEmitValue(batches);
        } else {
            Sinks.Empty<Void> answered = Sinks.empty();
            Mono<Payload> opening =
                    Mono.fromSupplier(() -> payload(Unpooled.wrappedBuffer(new byte[] {(byte) number})));
            socket.requestChannel(opening.concatWith(answered.asMono().thenMany(payloads(batches))))
                    .subscribe(new Receiver(first -> {
                        answered.tryEmitEmpty();
                        return this;
                    }));
        }
        return inbound;
    }

    /** The other end opens the channel. */
    Flux<Payload> opened() {
        if (!opened.compareAndSet(false, true)) {
            end.accept("lane " + number + " was opened twice");
            return Flux.empty();
        }
        return outbound.asMono()
                .flatMapMany(batches ->
                        Mono.fromSupplier(() -> payload(Unpooled.EMPTY_BUFFER)).concatWith(payloads(batches)));
    }

    /** The link has ended. */
    void finish() {
        inbound.finish();
    }

    private Flux<Payload> payloads(Publisher<ByteBuf> batches) {
        return Flux.from(batches).map(this::checked).onErrorResume(e -> {
            end.accept("lane " + number + " failed: " + e);
            return Mono.never();
        });
    }

    private Payload checked(ByteBuf batch) {
        int length = batch.readableBytes();
        if (length > maxBatch) {
            batch.release();
            throw new IllegalArgumentException("batch: " + length + " bytes (expected: <= " + maxBatch + ")");
        }
        return payload(batch);
    }

    private static Payload payload(ByteBuf data) {
        return ByteBufPayload.create(data);
    }

    /** Finds the lane by the first payload, and gives it what follows. */
    interface Opening {
        /**
         * @param first is released by the caller
         * @return null if there is none
         */
        @Nullable RSocketLane lane(ByteBuf first);
    }

    static final class Receiver implements CoreSubscriber<Payload> {
        private final Opening opening;
        private @Nullable Subscription subscription;
        private @Nullable RSocketLane lane;
        private boolean over;

        Receiver(Opening opening) {
            this.opening = opening;
        }

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
            s.request(1);
        }

        @Override
        public void onNext(Payload payload) {
            if (lane != null) {
                ByteBuf batch = payload.sliceData().retain();
                payload.release();
                lane.inbound.next(batch);
                return;
            }
            RSocketLane found = null;
            try {
                found = over ? null : opening.lane(payload.sliceData());
            } finally {
                payload.release();
            }
            lane = found;
            if (found == null || subscription == null) {
                over = true;
            } else {
                found.inbound.connect(subscription);
            }
        }

        /** How the other end's stream ends does not matter: if it is not meant to, the link ends too. */
        @Override
        public void onError(Throwable error) {
            onComplete();
        }

        @Override
        public void onComplete() {
            if (lane != null) {
                lane.inbound.finish();
            }
        }
    }
}
