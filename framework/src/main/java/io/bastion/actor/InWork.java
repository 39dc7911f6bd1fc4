package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import reactor.util.context.Context;

/** A message whose publisher has not ended. */
final class InWork extends PublisherRun {
    private final MessageNode node;
    private final Context context;

    InWork(ActorCell<?> cell, MessageNode node, Context context) {
        super(cell);
        this.node = node;
        this.context = context;
    }

    MessageNode node() {
        return node;
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    void deliver(ActorCell<?> cell) {
        cell.workEnded(this);
    }
}
