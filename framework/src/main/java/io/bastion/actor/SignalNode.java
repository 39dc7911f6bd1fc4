package io.bastion.actor;

import io.bastion.scheduler.Strand;

/** A watched actor's end, queued behind the messages that it sent before. */
final class SignalNode extends Strand.WeightlessNode {
    private final Signal.Terminated signal;

    SignalNode(ActorRef<?> watched, TerminationReason reason) {
        signal = new Signal.Terminated(watched, reason);
    }

    Signal.Terminated signal() {
        return signal;
    }
}
