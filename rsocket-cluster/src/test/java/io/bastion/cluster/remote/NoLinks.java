package io.bastion.cluster.remote;

import io.bastion.cluster.link.Link;
import io.bastion.cluster.link.LinkListener;
import io.bastion.cluster.link.Links;
import io.bastion.cluster.link.NodeId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Links of a node that reaches nobody. */
class NoLinks implements Links {
    @Override
    public NodeId self() {
        return new NodeId("here", 1, 1);
    }

    @Override
    public void addListener(LinkListener listener) {}

    @Override
    public Mono<Link> to(String address) {
        return Mono.error(new IOException("nobody is there"));
    }

    @Override
    public Mono<Link> to(NodeId node) {
        return to(node.address());
    }

    @Override
    public @Nullable Link with(NodeId node) {
        return null;
    }

    @Override
    public void bury(NodeId node, String reason) {}

    @Override
    public Mono<Void> close(String reason) {
        return Mono.empty();
    }
}
