package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import io.bastion.mailbox.MessageQueue.Offer;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.ContextView;

/** {@link ActorRef#send} and {@link Distributor#sendOne}: a message that waits for room. */
final class SendMono {
    private SendMono() {}

    static <M> Mono<Boolean> of(ActorCell<M> cell, M message) {
        return Mono.create(sink -> send(cell, Contexts.node(message, context(sink)), sink));
    }

    /** For a member of a group: the same, but it gives nothing when the actor ended first, and then the message goes on. */
    static <M> Mono<Boolean> routed(ActorCell<M> member, M message) {
        return Mono.create(sink -> send(member, new RoutedNode(message, context(sink)), sink));
    }

    private static ContextView context(MonoSink<?> sink) {
        return Contexts.forOthers(sink.contextView());
    }

    /** Sends now; returns whether the message is in the mailbox or waits for room in it. */
    static boolean send(ActorCell<?> cell, MessageNode node, MonoSink<Boolean> sink) {
        Offer offer = cell.mustWait() ? Offer.FULL : cell.offerNow(node);
        if (offer == Offer.FULL) {
            await(cell, node, sink);
        } else if (offer == Offer.ACCEPTED) {
            sink.success(true);
        } else if (node instanceof RoutedNode) {
            sink.success();
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
            if (cancelled) {
                return;
            }
            if (node instanceof RoutedNode) {
                Report.guard(sink::success);
            } else {
                cell.refusedWaiting(node);
                Report.guard(() -> sink.success(false));
            }
        }
    }
}
