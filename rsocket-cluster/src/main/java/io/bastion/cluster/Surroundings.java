package io.bastion.cluster;

import io.bastion.cluster.link.LinkTransport;
import java.security.SecureRandom;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What a node runs on; tests put a simulation in its place. */
record Surroundings(IntFunction<LinkTransport> transports, Scheduler scheduler, LongSupplier clock, LongSupplier uids) {
    private static final SecureRandom RANDOM = new SecureRandom();

    static Surroundings of(ClusterConfig config) {
        return new Surroundings(
                config::newTransport,
                Schedulers.newSingle("bastion-cluster-" + config.name(), true),
                System::nanoTime,
                RANDOM::nextLong);
    }

    LinkTransport transport(int port) {
        return transports.apply(port);
    }

    /** For a new incarnation; never 0. */
    long newUid() {
        long uid;
        do {
            uid = uids.getAsLong();
        } while (uid == 0);
        return uid;
    }
}
