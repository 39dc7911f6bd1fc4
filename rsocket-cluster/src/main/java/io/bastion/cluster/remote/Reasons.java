package io.bastion.cluster.remote;

import io.bastion.actor.RemoteFailureException;
import io.bastion.actor.TerminationReason;
import io.netty.buffer.ByteBuf;
import java.util.Objects;

/** Reasons of terminations on the wire. */
final class Reasons {
    private static final byte STOPPED = 0;
    private static final byte KILLED = 1;
    private static final byte NODE_LOST = 2;
    private static final byte FAILED = 3;

    private Reasons() {}

    static void write(TerminationReason reason, ByteBuf out) {
        if (reason instanceof TerminationReason.Failed failed) {
            Throwable cause = failed.cause();
            out.writeByte(FAILED);
            Wire.writeString(
                    out,
                    cause instanceof RemoteFailureException remote
                            ? remote.failure()
                            : cause.getClass().getName());
            Wire.writeString(out, Wire.shortened(Objects.requireNonNullElse(cause.getMessage(), "")));
        } else {
            out.writeByte(
                    reason instanceof TerminationReason.Killed
                            ? KILLED
                            : reason instanceof TerminationReason.NodeLost ? NODE_LOST : STOPPED);
        }
    }

    static TerminationReason read(ByteBuf in) {
        byte kind = Wire.readByte(in);
        return switch (kind) {
            case STOPPED -> TerminationReason.STOPPED;
            case KILLED -> TerminationReason.KILLED;
            case NODE_LOST -> TerminationReason.NODE_LOST;
            case FAILED ->
                new TerminationReason.Failed(new RemoteFailureException(Wire.readString(in), Wire.readString(in)));
            default -> throw new Wire.MalformedException("reason: " + kind + " (expected: 0 to 3)");
        };
    }
}
