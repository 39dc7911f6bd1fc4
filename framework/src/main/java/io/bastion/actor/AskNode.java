package io.bastion.actor;

import reactor.util.context.ContextView;

/** A request in a mailbox, which tells its ask what becomes of it. */
final class AskNode extends ContextNode {
    private final PendingAsk<?, ?> ask;

    AskNode(Object message, ContextView context, PendingAsk<?, ?> ask) {
        super(message, context);
        this.ask = ask;
    }

    PendingAsk<?, ?> ask() {
        return ask;
    }

    @Override
    PendingAsk<?, ?> request() {
        return ask;
    }
}
