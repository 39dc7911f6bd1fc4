package io.bastion.actor;

import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** A request that its actor has handed on: the ask is not told what becomes of it, but waits for whoever has it. */
final class ForwardedNode extends ContextNode {
    private final PendingAsk<?, ?> ask;

    ForwardedNode(Object message, ContextView context, PendingAsk<?, ?> ask) {
        super(message, context);
        this.ask = ask;
    }

    @Override
    @Nullable PendingAsk<?, ?> request() {
        return ask;
    }
}
