package io.bastion.cluster;

import io.bastion.cluster.link.Links;
import io.bastion.cluster.link.NodeId;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/** What lives in an incarnation above links and members. */
interface Service {
    /** A member was removed; nothing will be heard of that incarnation any more. */
    void lost(NodeId node);

    /** The incarnation ends; completes when all that depended on it knows. The links are closed after that. */
    Mono<Void> close();

    /** Makes one for each incarnation. */
    interface Factory {
        /**
         * Makes one, before this incarnation is known to others.
         *
         * @param links of the incarnation, open
         * @param isMember whether a node is known to be a member, at that moment
         */
        Service start(Links links, Predicate<NodeId> isMember);
    }

    /** None. */
    Factory NONE = (links, isMember) -> new Service() {
        @Override
        public void lost(NodeId node) {}

        @Override
        public Mono<Void> close() {
            return Mono.empty();
        }
    };
}
