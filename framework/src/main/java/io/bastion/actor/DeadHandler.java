package io.bastion.actor;

/** What a terminated actor does with the messages that it still finds: they become dead letters. */
final class DeadHandler<M> implements Behavior.Receive<M> {
    private static final DeadHandler<Object> STOPPED = new DeadHandler<>(TerminationReason.STOPPED);

    private final TerminationReason reason;

    private DeadHandler(TerminationReason reason) {
        this.reason = reason;
    }

    @SuppressWarnings("unchecked") // has no state of type M
    static <M> DeadHandler<M> of(TerminationReason reason) {
        return reason == TerminationReason.STOPPED ? (DeadHandler<M>) STOPPED : new DeadHandler<>(reason);
    }

    TerminationReason reason() {
        return reason;
    }

    @Override
    public void receive(ActorContext<M> context, M message) {
        throw new AssertionError("a terminated actor handles nothing");
    }
}
