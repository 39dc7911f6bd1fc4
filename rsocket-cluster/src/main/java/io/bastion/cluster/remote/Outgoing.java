package io.bastion.cluster.remote;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/** A message on its way to another node. */
final class Outgoing extends Item {
    final Outlet outlet;
    final RemoteRef<?> target;
    final Object message;
    final @Nullable Context context;

    /** The ask whose request it is. */
    final @Nullable RemoteAsk<?, ?> ask;

    Outgoing(
            Outlet outlet,
            RemoteRef<?> target,
            Object message,
            @Nullable Context context,
            @Nullable RemoteAsk<?, ?> ask) {
        this.outlet = outlet;
        this.target = target;
        this.message = message;
        this.context = context;
        this.ask = ask;
    }

    int flags() {
        return (context == null ? 0 : Wire.WITH_CONTEXT) | (ask == null ? 0 : Wire.REQUEST);
    }

    @Override
    void taken(Lane lane) {
        outlet.add(this);
    }
}
