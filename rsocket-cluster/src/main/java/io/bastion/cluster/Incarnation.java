package io.bastion.cluster;

import io.bastion.cluster.link.LinkTransport;
import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.link.NodeLinks;
import io.bastion.cluster.membership.Membership;
import io.bastion.cluster.membership.MembershipEvent;
import io.bastion.cluster.membership.NodeMembership;
import io.bastion.cluster.membership.Peer;
import io.bastion.cluster.membership.Tombstones;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** All that a node has for one time that it is in the cluster, by the order in which it starts: links, service, membership. Nothing of it is used again. */
final class Incarnation {
    private final NodeLinks links;
    private final Peer self;
    private final Service service;
    private final Membership membership;

    private Incarnation(NodeLinks links, Peer self, Service service, Membership membership) {
        this.links = links;
        this.self = self;
        this.service = service;
        this.membership = membership;
    }

    /**
     * Listens on a port, and is not known to others yet.
     *
     * @param port 0 for any
     * @param reference the nodes that the cluster is considered to have
     */
    static Mono<Incarnation> open(
            ClusterConfig config,
            Surroundings surroundings,
            Service.Factory services,
            Tombstones tombstones,
            int port,
            Set<Long> reference) {
        return Mono.defer(() -> {
            LinkTransport transport = surroundings.transport(port);
            AtomicReference<Membership> quorum = new AtomicReference<>();
            NodeLinks links = new NodeLinks(
                    transport,
                    config.linkSettings(surroundings.newUid()),
                    () -> {
                        Membership m = quorum.get();
                        return m != null && m.hasQuorum();
                    },
                    surroundings.scheduler());
            return links.open()
                    .map(node -> {
                        Peer self = config.peer(node);
                        Membership membership = new NodeMembership(
                                links,
                                self,
                                config.timings(),
                                config.minimumQuorum(),
                                reference,
                                tombstones,
                                surroundings.scheduler(),
                                surroundings.clock());
                        quorum.set(membership);
                        Service service = services.start(links, other -> isMember(membership, other));
                        return new Incarnation(links, self, service, membership);
                    })
                    .onErrorResume(e ->
                            links.close("start has failed").onErrorComplete().then(Mono.error(e)));
        });
    }

    private static boolean isMember(Membership membership, NodeId node) {
        return membership.members().stream().anyMatch(peer -> peer.node().equals(node));
    }

    NodeId node() {
        return self.node();
    }

    Member self() {
        return Member.of(self);
    }

    /** Where it listens. */
    int port() {
        return links.port();
    }

    Set<Long> reference() {
        return membership.reference();
    }

    boolean hasQuorum() {
        return membership.hasQuorum();
    }

    Mono<Void> start(Consumer<MembershipEvent> events) {
        return membership.start(event -> {
            if (event instanceof MembershipEvent.Removed removed) {
                service.lost(removed.peer().node());
            }
            events.accept(event);
        });
    }

    void contact(Collection<String> addresses) {
        membership.contact(addresses);
    }

    Mono<Void> leave() {
        return membership.leave();
    }

    /** Ends all, in the order opposite to that of the start. */
    Mono<Void> close(String reason) {
        return Mono.defer(() -> {
            membership.stop();
            return service.close().onErrorComplete().then(links.close(reason)).onErrorComplete();
        });
    }
}
