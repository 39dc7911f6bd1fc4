package io.bastion.cluster.remote;

import io.bastion.cluster.link.Hello;
import io.bastion.cluster.link.Link;
import io.bastion.cluster.link.NodeId;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** A link that takes nothing and from which nothing comes. */
class SilentLink implements Link {
    private final NodeId peer;

    SilentLink(NodeId peer) {
        this.peer = peer;
    }

    @Override
    public Hello peer() {
        return new Hello("test", peer, 0, 1, 1, 1, List.of("cbor"));
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public boolean dialled() {
        return true;
    }

    @Override
    public Flux<ByteBuf> lane(int lane, Publisher<ByteBuf> outbound) {
        return Flux.never();
    }

    @Override
    public void push(ByteBuf message) {
        message.release();
    }

    @Override
    public void close(String reason) {}
}
