package io.bastion.actor;

import io.bastion.mailbox.MessageNode;

/** A timer's message, valid only while its timer is. */
final class TickNode extends MessageNode {
    private final CellTimers<?>.Entry timer;

    TickNode(Object message, CellTimers<?>.Entry timer) {
        super(message);
        this.timer = timer;
    }

    CellTimers<?>.Entry timer() {
        return timer;
    }
}
