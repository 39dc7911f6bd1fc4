package io.bastion.scheduler;

/** A strand of digits that writes down what it processes as a decimal number. */
class DigitStrand extends Strand {
    final ManualHome home;

    /** Plain on purpose: activations that overlap, or do not see what the one before did, lose digits. */
    int log;

    DigitStrand() {
        this(new ManualHome(), false);
    }

    DigitStrand(ManualHome home, boolean held) {
        super(home, held);
        this.home = home;
    }

    /** A node of the queue. */
    static final class Digit extends Node {
        final int digit;

        Digit(int digit) {
            this.digit = digit;
        }
    }

    @Override
    protected Step process(Node node, WorkFrame frame) {
        log = log * 10 + (node instanceof Digit d ? d.digit : 0);
        return Step.CONSUMED;
    }

    final boolean send(int digit) {
        return push(new Digit(digit));
    }

    /** Sends two digits in one step. */
    final boolean send(int older, int newer, int capacity) {
        Digit oldest = new Digit(older);
        Digit newest = new Digit(newer);
        link(newest, oldest);
        return append(oldest, newest, 2, capacity) == Push.ACCEPTED;
    }

    final boolean sendWithin(int digit, int capacity) {
        Digit node = new Digit(digit);
        return append(node, node, 1, capacity) == Push.ACCEPTED;
    }

    /** Runs the strand on the calling thread if it is scheduled. */
    final void work() {
        home.work();
    }

    final int schedules() {
        return home.schedules();
    }
}
