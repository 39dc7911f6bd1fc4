package io.bastion.mailbox;

import io.bastion.scheduler.ManualHome;
import io.bastion.scheduler.WorkFrame;

/** A mailbox of digits that writes down what is handled, evicted and orphaned, each as a decimal number. */
class DigitQueue extends MessageQueue {
    private final ManualHome home;
    private final MessageStore store;

    /** Plain on purpose: activations that overlap, or do not see what the one before did, lose digits. */
    int log;

    /** Written by senders: for tests with one of them. */
    int evicted;

    int orphaned;

    DigitQueue(Mailbox mailbox) {
        this(new ManualHome(), mailbox);
    }

    private DigitQueue(ManualHome home, Mailbox mailbox) {
        super(home, mailbox);
        this.home = home;
        store = new MessageStore(mailbox);
    }

    /** Lets the queue be processed from now on. */
    final void begin() {
        open();
    }

    final Offer send(int digit) {
        return offer(new MessageNode(digit));
    }

    /** Runs the queue on the calling thread if it is scheduled. */
    final void work() {
        home.work();
    }

    static int digit(MessageNode node) {
        return (int) node.message();
    }

    @Override
    protected Step process(Node node, WorkFrame frame) {
        MessageNode message = messageOf(node);
        return message == null ? Step.CONSUMED : handle(digit(message));
    }

    Step handle(int digit) {
        log = log * 10 + digit;
        return Step.CONSUMED;
    }

    @Override
    protected MessageStore store() {
        return store;
    }

    @Override
    protected void evicted(MessageNode node) {
        evicted = evicted * 10 + digit(node);
    }

    @Override
    protected void orphaned(MessageNode node) {
        orphaned = orphaned * 10 + digit(node);
    }
}
