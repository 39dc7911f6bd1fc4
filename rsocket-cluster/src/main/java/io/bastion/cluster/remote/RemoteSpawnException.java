package io.bastion.cluster.remote;

import io.bastion.cluster.link.NodeId;

/** Another node has not started an actor. */
public final class RemoteSpawnException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RemoteSpawnException(String specification, NodeId node, String reason) {
        super("spawn: " + specification + " was not started on " + node + ": " + reason, null, false, false);
    }
}
