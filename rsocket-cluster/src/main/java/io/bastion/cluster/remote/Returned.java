package io.bastion.cluster.remote;

import io.bastion.actor.DeadLetter;
import io.netty.buffer.ByteBuf;

/** A message that nobody took, on its way back to where it came from: a dead letter there, or here if it does not get there. */
final class Returned extends Frame {
    private final Peer peer;
    private final long id;
    private final int flags;
    private final Object message;

    Returned(Peer peer, long id, int flags, Object message) {
        this.peer = peer;
        this.id = id;
        this.flags = flags & Wire.REQUEST;
        this.message = message;
    }

    long id() {
        return id;
    }

    int flags() {
        return flags;
    }

    Object message() {
        return message;
    }

    @Override
    void write(ByteBuf out, Line line) {
        peer.returnedOne();
        line.lane().writeReturned(this, out);
    }

    @Override
    void lost() {
        peer.returnedOne();
        deadHere();
    }

    void deadHere() {
        peer.remoting.deadHere(id, message, DeadLetter.Reason.TERMINATED);
    }
}
