package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** A message that carries a Reactor context. */
class ContextNode extends MessageNode {
    private final ContextView context;

    ContextNode(Object message, ContextView context) {
        super(message);
        this.context = Contexts.forOthers(context);
    }

    /** What it carries, for those who send it on; its receiver sees {@link Contexts#of}. */
    final ContextView context() {
        return context;
    }

    /** The ask whose request it is, if it is one. */
    @Nullable PendingAsk<?, ?> request() {
        return null;
    }
}
