package io.bastion.cluster.membership;

import reactor.core.publisher.Mono;

/** A protocol that finds members and notices their deaths, each node for itself and with a short memory. */
interface Engine {
    /** Hears what it finds, one after another; on a thread of the engine. */
    interface Listener {
        /** It has answered a moment ago. May be said again of one that is gone. */
        void found(Peer peer);

        /** It has not answered for the whole time of suspicion. */
        void gone(long uid);
    }

    Mono<Void> start(Listener listener);

    /** Makes the one at that address, with whom there is a link, known to the members and the members to it. */
    void introduce(String address);

    /** Sends and receives nothing from now on. */
    void stop();
}
