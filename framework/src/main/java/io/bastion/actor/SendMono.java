package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import io.bastion.mailbox.MessageQueue.Offer;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** {@link ActorRef#send}: a message that waits for room. */
final class SendMono {
    private SendMono() {}

    static <M> Mono<Boolean> of(ActorCell<M> cell, M message) {
        return Mono.create(sink -> send(cell, message, sink));
    }

    /** Sends now; returns whether the message is in the mailbox or waits for room in it. */
    static boolean send(ActorCell<?> cell, Object message, MonoSink<Boolean> sink) {
        MessageNode node =
                sink.contextView().isEmpty() ? new MessageNode(message) : new ContextNode(message, sink.contextView());
        Offer offer = cell.mustWait() ? Offer.FULL : cell.offerNow(node);
        if (offer == Offer.FULL) {
            await(cell, node, sink);
        } else if (offer == Offer.ACCEPTED) {
            sink.success(true);
        } else {
            cell.refusedAfterEnd(node);
            sink.success(false);
        }
        return offer != Offer.CLOSED;
    }

    /** Waits for room, behind those that wait already. */
    static void await(ActorCell<?> cell, MessageNode node, MonoSink<Boolean> sink) {
        Waiter waiter = new Waiter(node, sink);
        cell.extension().countWaiting(1);
        cell.tellSystem(waiter);
        sink.onCancel(() -> {
            waiter.cancel();
            cell.tellSystem(new SystemMessage.Cancelled(waiter));
        });
    }

    /** One that waits, in the order of the system lane. */
    static final class Waiter extends SystemMessage {
        private final MessageNode node;
        private final MonoSink<Boolean> sink;
        private volatile boolean cancelled;

        Waiter(MessageNode node, MonoSink<Boolean> sink) {
            this.node = node;
            this.sink = sink;
        }

        MessageNode node() {
            return node;
        }

        void cancel() {
            cancelled = true;
        }

        boolean isCancelled() {
            return cancelled;
        }

        void accepted() {
            Report.guard(() -> sink.success(true));
        }

        void failed(Throwable error) {
            Report.guard(() -> sink.error(error));
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.addWaiter(this);
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            cell.extension().countWaiting(-1);
            if (!cancelled) {
                cell.refusedWaiting(node);
                Report.guard(() -> sink.success(false));
            }
        }
    }
}
