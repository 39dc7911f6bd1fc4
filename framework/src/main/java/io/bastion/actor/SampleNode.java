package io.bastion.actor;

import io.bastion.scheduler.Strand;

/** Stands in a mailbox for a message that came at a known time. */
final class SampleNode extends Strand.WeightlessNode {
    private final long at;

    SampleNode(long at) {
        this.at = at;
    }

    long at() {
        return at;
    }
}
