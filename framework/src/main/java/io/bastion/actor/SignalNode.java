package io.bastion.actor;

import io.bastion.scheduler.Strand;

/** A watched actor's end, queued behind the messages that it sent before. */
final class SignalNode extends Strand.WeightlessNode {
    private final ActorCell<?> watched;

    SignalNode(ActorCell<?> watched) {
        this.watched = watched;
    }

    ActorCell<?> watched() {
        return watched;
    }
}
