package io.bastion.benchmarks.work;

/** A receiver that counts its messages, opens a gate for their producer and announces the last one. */
public final class Counter<C> extends PaddedCount implements Receiver<C> {
    private final long expected;
    private final Gate gate = new Gate();
    private final Finish finish = new Finish(1);

    /**
     * A counter of so many messages.
     *
     * @param expected the number of messages that will be sent
     */
    public Counter(long expected) {
        this.expected = expected;
    }

    @Override
    public boolean receive(C context, Object message) {
        count();
        return true;
    }

    /** Counts one message; for the consumer. */
    public void count() {
        long n = ++count;
        if (Gate.isStep(n)) {
            gate.handled(n);
        }
        if (n == expected) {
            finish.reached();
        }
    }

    /** The gate for the producer. */
    public Gate gate() {
        return gate;
    }

    /** Waits until all are counted; for the producer. */
    public void await() throws InterruptedException {
        finish.await();
        Checks.equal("messages", count, expected);
    }
}
