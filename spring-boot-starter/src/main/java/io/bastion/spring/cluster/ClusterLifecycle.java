package io.bastion.spring.cluster;

import io.bastion.cluster.Cluster;
import io.bastion.spring.BastionAutoConfiguration;
import org.springframework.context.SmartLifecycle;

/** Leaves the cluster when web servers have finished their requests, and before the actors are stopped: so that others are told. */
final class ClusterLifecycle implements SmartLifecycle {
    private final Cluster cluster;
    private volatile boolean running;

    ClusterLifecycle(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable callback) {
        running = false;
        cluster.leave().onErrorComplete().subscribe(nothing -> {}, e -> callback.run(), callback);
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return BastionAutoConfiguration.ACTORS_PHASE + 1024;
    }
}
