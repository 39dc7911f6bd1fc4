package io.bastion.bridge;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.Behavior;
import io.bastion.actor.TerminationReason;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/** A hot pipeline from one start of its supervisor to the end of that: a relay whose consumer is shared by all subscribers. */
final class PipelineLife<T, P> {
    private final String name;
    private final PipelineSource<T, P> source;
    private final PipelineSpec.Settings settings;
    private final PipelineStats stats;
    private final PipelineRelay<T, P> relay;
    private final Flux<T> flux;
    private final Sinks.One<TerminationReason> end = Sinks.one();
    private volatile @Nullable ActorRef<?> supervisor;
    private volatile boolean stopped;

    /** What the output is to end with, instead of completion. */
    private volatile @Nullable Throwable failure;

    private PipelineLife(
            String name, PipelineSource<T, P> source, PipelineSpec.Settings settings, PipelineStats stats, P point) {
        this.name = name;
        this.source = source;
        this.settings = settings;
        this.stats = stats;
        AtomicReference<@Nullable PipelineRelay<T, P>> made = new AtomicReference<>();
        Flux<T> upstream = Flux.from(subscriber -> {
            CoreSubscriber<? super T> output = Operators.toCoreSubscriber(subscriber);
            PipelineRelay<T, P> added = new PipelineRelay<>(name, source, stats, output, settings.context(), point);
            made.set(added);
            output.onSubscribe(added);
        });
        if (settings.pace() == Pace.SLOWEST) {
            Sinks.ManyWithUpstream<T> sink =
                    Sinks.unsafe().manyWithUpstream().multicastOnBackpressureBuffer(settings.prefetch(), false);
            sink.subscribeTo(upstream.doOnError(error -> failure = error).onErrorComplete());
            flux = sink.asFlux()
                    .concatWith(Mono.defer(this::failureIfAny)); // the sink would let an error pass what it holds
        } else {
            Sinks.Many<T> sink = Sinks.unsafe().many().multicast().directAllOrNothing();
            upstream.subscribe(
                    element -> {
                        if (sink.tryEmitNext(element).isFailure()) {
                            stats.drop(); // nobody is there
                        }
                    },
                    sink::tryEmitError,
                    sink::tryEmitComplete);
            flux = sink.asFlux().onBackpressureDrop(element -> stats.drop());
        }
        relay = Objects.requireNonNull(made.get());
    }

    private Mono<T> failureIfAny() {
        Throwable error = failure;
        return error == null ? Mono.empty() : Mono.error(error);
    }

    /** The first one, which begins at the initial point. */
    static <T, P> PipelineLife<T, P> first(
            String name, PipelineSource<T, P> source, PipelineSpec.Settings settings, PipelineStats stats) {
        return new PipelineLife<>(name, source, settings, stats, source.initial());
    }

    /** One that goes on where this has ended. */
    PipelineLife<T, P> next() {
        return new PipelineLife<>(name, source, settings, stats, relay.point());
    }

    Flux<T> flux() {
        return Flux.from(subscriber -> flux.subscribe(new Isolated<>(subscriber)));
    }

    Behavior<Object> behavior(ActorContext<Object> actor) {
        return relay.behavior(actor);
    }

    /**
     * Its supervisor starts.
     *
     * @throws IllegalStateException if it has one
     */
    void begin(ActorRef<?> supervisor) {
        if (this.supervisor != null) {
            throw new IllegalStateException("pipeline: " + name + " runs already (expected: in one place at a time)");
        }
        this.supervisor = supervisor;
        supervisor.whenTerminated().subscribe(reason -> {
            relay.ended(reason);
            end.tryEmitValue(reason);
        });
        if (stopped) {
            supervisor.stop();
        }
    }

    Optional<ActorRef<?>> supervisor() {
        return Optional.ofNullable(supervisor);
    }

    void stop() {
        relay.close();
        stopped = true; // looked at after the supervisor is set, as that is after this
        ActorRef<?> s = supervisor;
        if (s == null) {
            relay.end(null);
        } else {
            s.stop();
        }
    }

    /** Whether it has been started, and the subscribers have been told its end. */
    boolean isOver() {
        return supervisor != null && relay.isOver();
    }

    Mono<TerminationReason> whenTerminated() {
        return end.asMono();
    }
}
