package io.bastion.cluster.remote;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what others have brought, whose failure must harm nobody here. */
final class Guard {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private Guard() {}

    static void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable t) {
            LOG.warn("what was told of a message to another node, or of its reply, has failed", t);
        }
    }
}
