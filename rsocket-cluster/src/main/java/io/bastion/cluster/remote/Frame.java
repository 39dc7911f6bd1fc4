package io.bastion.cluster.remote;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What is to be written into a lane and is no message: it needs no credit. */
abstract class Frame extends Item {
    /** Null if it overtakes messages; else it keeps its place among those of that outlet. */
    private final @Nullable Outlet outlet;

    Frame() {
        this(null);
    }

    Frame(@Nullable Outlet outlet) {
        this.outlet = outlet;
    }

    @Override
    final void taken(Lane lane) {
        if (outlet == null) {
            lane.addUrgent(this);
        } else {
            outlet.add(this);
        }
    }

    /** Appends the frame, or nothing if it is of no use any more. */
    abstract void write(ByteBuf out, Line line);

    /** It will not be written, since the other node is lost. */
    void lost() {}
}
