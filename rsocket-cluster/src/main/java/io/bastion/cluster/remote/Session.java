package io.bastion.cluster.remote;

import io.bastion.cluster.link.Link;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** One link with another node, from its beginning to its end. */
final class Session {
    final Link link;
    private final Peer peer;
    private volatile boolean closed;

    Session(Peer peer, Link link) {
        this.peer = peer;
        this.link = link;
    }

    /** Joins the lanes. */
    void start() {
        for (int i = 0; i < link.lanes(); i++) {
            Receiver receiver = new Receiver(peer, this);
            link.lane(i, outbound(i))
                    .publishOn(peer.remoting.scheduler(), peer.settings.batchesInFlight())
                    .doOnDiscard(ByteBuf.class, ReferenceCountUtil::safeRelease)
                    .subscribe(receiver::received, error -> link.close("a lane has failed: " + error));
        }
    }

    /** The lane's batches; those of several lanes, if the other node wants fewer. */
    private Publisher<ByteBuf> outbound(int lane) {
        List<Publisher<ByteBuf>> all = new ArrayList<>();
        for (int i = lane; i < peer.lanes(); i += link.lanes()) {
            all.add(peer.laneAt(i).over(this, peer.settings.batchesInFlight()));
        }
        return all.isEmpty() ? Flux.never() : all.size() == 1 ? all.get(0) : Flux.merge(all);
    }

    boolean isClosed() {
        return closed;
    }

    /** Nothing more is to be taken from it. */
    void end() {
        closed = true;
    }

    /** Ends it for a fault. */
    void fail(String reason) {
        closed = true;
        link.close(reason);
    }
}
