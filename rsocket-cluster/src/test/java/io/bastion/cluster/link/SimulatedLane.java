package io.bastion.cluster.link;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** An end of a lane of a simulated link. Its state is for the network's worker. */
final class SimulatedLane {
    private final SimulatedNetwork network;
    private final SimulatedLink link;
    private final SimulatedWire wire;
    private final AtomicBoolean taken = new AtomicBoolean();
    private @Nullable SimulatedLane other;

    private @Nullable Publisher<ByteBuf> outbound;
    private @Nullable Sender sender;
    private boolean subscribed;
    private boolean otherJoined;
    private boolean cancelledByOther;
    private long wanted;

    private @Nullable CoreSubscriber<? super ByteBuf> receiver;
    private boolean finishedByOther;
    private boolean over;

    SimulatedLane(SimulatedNetwork network, SimulatedLink link, SimulatedWire wire) {
        this.network = network;
        this.link = link;
        this.wire = wire;
    }

    void joinWith(SimulatedLane end) {
        other = end;
        end.other = this;
    }

    private SimulatedLane other() {
        if (other == null) {
            throw new IllegalStateException("one end only");
        }
        return other;
    }

    Flux<ByteBuf> join(Publisher<ByteBuf> publisher) {
        if (!taken.compareAndSet(false, true)) {
            throw new IllegalStateException("lane: joined already (expected: once)");
        }
        network.run(() -> {
            outbound = publisher;
            send(() -> other().joined());
            begin();
        });
        return Flux.from(subscriber -> network.run(() -> receive(Operators.toCoreSubscriber(subscriber))));
    }

    private void send(Runnable arrival) {
        if (!link.isEnded()) {
            wire.send(arrival);
        }
    }

    private void joined() {
        otherJoined = true;
        begin();
    }

    private void begin() {
        if (otherJoined && outbound != null && !link.isEnded() && !cancelledByOther && sender == null) {
            sender = new Sender();
            outbound.subscribe(sender);
        }
    }

    private void wanted(long n) {
        wanted = Operators.addCap(wanted, n);
        requestWanted();
    }

    private void requestWanted() {
        if (subscribed && sender != null && wanted > 0) {
            long n = wanted;
            wanted = 0;
            sender.request(n);
        }
    }

    private void cancelledByOther() {
        cancelledByOther = true;
        if (sender != null) {
            sender.cancel();
        }
    }

    private void receive(CoreSubscriber<? super ByteBuf> subscriber) {
        receiver = subscriber;
        subscriber.onSubscribe(new Subscription() {
            @Override
            public void request(long n) {
                network.run(() -> send(() -> other().wanted(n)));
            }

            @Override
            public void cancel() {
                network.run(() -> {
                    over = true;
                    send(() -> other().cancelledByOther());
                });
            }
        });
        if (finishedByOther || link.isEnded()) {
            finish();
        }
    }

    private void received(ByteBuf batch) {
        if (receiver == null || over || link.isEnded()) {
            batch.release();
        } else {
            receiver.onNext(batch);
        }
    }

    private void finishedByOther() {
        finishedByOther = true;
        finish();
    }

    private void finish() {
        if (receiver != null && !over) {
            over = true;
            receiver.onComplete();
        }
    }

    /** The link has ended. */
    void end() {
        other().wire.clear();
        wire.clear();
        if (sender != null) {
            sender.cancel();
        }
        finish();
    }

    private final class Sender extends BaseSubscriber<ByteBuf> {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            network.run(() -> {
                subscribed = true;
                requestWanted();
            });
        }

        @Override
        protected void hookOnNext(ByteBuf batch) {
            network.run(() -> {
                if (link.isEnded()) {
                    batch.release();
                } else {
                    wire.send(() -> other().received(batch), batch::release);
                }
            });
        }

        @Override
        protected void hookOnComplete() {
            network.run(() -> send(() -> other().finishedByOther()));
        }

        @Override
        protected void hookOnError(Throwable error) {
            link.close("a lane failed: " + error);
        }
    }
}
