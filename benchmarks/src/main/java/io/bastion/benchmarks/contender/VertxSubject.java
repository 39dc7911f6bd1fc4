package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.Setup;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** Vert.x with as many event loops as there are threads. */
final class VertxSubject implements Subject {
    private final Setup setup;
    private final Vertx vertx;
    private final VertxActors actors;

    VertxSubject(Setup setup) {
        this.setup = setup;
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(setup.threads()));
        actors = new VertxActors(vertx);
    }

    @Override
    public Work work(Workload workload) {
        return ActorLoads.work(workload, actors, setup);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
