package io.bastion.actor;

import io.bastion.scheduler.Strand;

/** The end of the mailbox of a drained actor. */
final class DrainNode extends Strand.WeightlessNode {}
