package io.bastion.bridge;

import io.bastion.actor.ActorRef;
import io.bastion.actor.Callbacks;
import io.bastion.actor.ChildSpec;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import java.util.Optional;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A hot pipeline: one supervised publisher and an output for any number of subscribers. Thread-safe.
 *
 * <p>Its actors may be started again after they have terminated, when a supervisor above them is restarted. That is another life: who
 * subscribed to the one before has been told its end, who subscribes from now on gets the elements of the new one, which begins at the resume
 * point of the old one.
 *
 * @param <T> the elements
 */
public final class Pipeline<T> {
    private final PipelineSpec<T> spec;
    private final PipelineStats stats;
    private volatile PipelineLife<T, ?> life;

    Pipeline(PipelineSpec<T> spec) {
        this.spec = spec;
        stats = spec.statsOrNew();
        life = PipelineLife.first(spec.name(), spec.source(), spec.settings(), stats);
    }

    /**
     * The output. Each subscriber gets what comes from now on, its own demand at the pace that {@link PipelineSpec#pace} says, and the end of the
     * pipeline; one that subscribes after that gets the end at once. Cancelling ends that subscription only.
     */
    public Flux<T> flux() {
        return Flux.defer(() -> life.flux());
    }

    /**
     * Its supervisor as a part of a tree: {@code SupervisorSpec.named("feeds").child(pipeline.toSpec())}. When the budget of the pipeline is
     * spent, its supervisor fails to that above, which may restart it; the output goes on over that, too. It can be in one place at a time.
     */
    public ChildSpec toSpec() {
        return supervisor();
    }

    SupervisorSpec supervisor() {
        return spec.supervisor(spec.name(), actor -> life.behavior(actor)).callbacks(new Callbacks() {
            @Override
            public Publisher<?> beforeStart(ActorRef<?> self) {
                begin(self);
                return Mono.empty();
            }
        });
    }

    private synchronized void begin(ActorRef<?> supervisor) {
        if (life.isOver()) {
            life = life.next();
        }
        life.begin(supervisor);
    }

    /** Where its supervisor stands in the tree, once it has been started. */
    public Optional<String> path() {
        return life.supervisor().map(ActorRef::path);
    }

    /** Its counters. */
    public PipelineStats stats() {
        return stats;
    }

    /**
     * Cancels the publisher and stops the actors, or those that are about to start; then the subscribers get what is buffered for them, and
     * completion.
     */
    public void stop() {
        life.stop();
    }

    /** Gives the reason when its supervisor has terminated; at once if it has. */
    public Mono<TerminationReason> whenTerminated() {
        return Mono.defer(() -> life.whenTerminated());
    }

    @Override
    public String toString() {
        return "Pipeline[" + path().orElse(spec.name()) + "]";
    }
}
