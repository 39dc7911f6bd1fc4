package io.bastion.observability.observer;

import reactor.core.Disposable;
import tools.jackson.core.JsonGenerator;

/** What the page shows of a cluster; made by {@link ObservedCluster#of}. Names no class of the cluster, which is optional. */
public abstract class ClusterPart implements Disposable {
    ClusterPart() {}

    /** Writes an object. */
    abstract void write(JsonGenerator json);
}
