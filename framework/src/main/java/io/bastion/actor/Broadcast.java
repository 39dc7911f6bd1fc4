package io.bastion.actor;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A message on its way to all actors below one: goes down the tree by system messages. */
final class Broadcast {
    private final Object message;
    private final MonoSink<BroadcastReport> sink;
    private final AtomicLong pending = new AtomicLong(1);
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();

    private Broadcast(Object message, MonoSink<BroadcastReport> sink) {
        this.message = message;
        this.sink = sink;
    }

    static Mono<BroadcastReport> of(ActorCell<?> top, Object message) {
        Objects.requireNonNull(message, "message: null (expected: a message)");
        return LateSignals.mono(top, sink -> top.tellSystem(new Visit(new Broadcast(message, sink))));
    }

    private void visit(ActorCell<?> cell) {
        for (ActorCell<?> child = cell.firstChild; child != null; child = child.nextSibling) {
            pending.incrementAndGet();
            child.tellSystem(new Visit(this));
        }
        if (cell.parent != null && cell.template.supervision().kind() == TreeNode.Kind.ACTOR) {
            TellResult result = cell.tellFromOutside(message, Contexts.forOthers(sink.contextView()));
            (result.accepted() ? accepted : refused).increment();
        }
        left();
    }

    private void left() {
        if (pending.decrementAndGet() == 0) {
            sink.success(new BroadcastReport(accepted.sum(), refused.sum()));
        }
    }

    private static final class Visit extends SystemMessage.Plain {
        private final Broadcast broadcast;

        Visit(Broadcast broadcast) {
            this.broadcast = broadcast;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            broadcast.visit(cell);
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            broadcast.left();
        }
    }
}
