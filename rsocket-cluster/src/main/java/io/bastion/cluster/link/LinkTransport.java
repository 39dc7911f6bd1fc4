package io.bastion.cluster.link;

import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Makes links: the network, as the cluster sees it. RSocket in earnest, a simulation in tests. Thread-safe. */
public interface LinkTransport {
    /**
     * Begins to listen.
     *
     * @param verdict decides about who dials, after the transport has checked the credentials; on a thread of the transport
     * @param listener hears of all links, those that were dialled from here too
     * @return the port
     */
    Mono<Integer> bind(Function<Hello, Verdict> verdict, LinkListener listener);

    /**
     * Dials.
     *
     * @param address {@code host:port}
     * @return the link when both ends want it, after the listener was told that it is up; it may have ended by then. Fails with a {@link LinkRejectedException} or an {@code IOException}
     */
    Mono<Link> connect(String address, Hello hello);

    /** Ends all links and stops listening. */
    Mono<Void> close(String reason);
}
