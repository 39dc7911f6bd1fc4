package io.bastion.actor;

/** A timer's message, valid only while its timer is; it carries what the message carried that set the timer. */
final class TickNode extends ContextNode {
    private final CellTimers<?>.Entry timer;

    TickNode(Object message, CellTimers<?>.Entry timer) {
        super(message, timer.context());
        this.timer = timer;
    }

    CellTimers<?>.Entry timer() {
        return timer;
    }
}
