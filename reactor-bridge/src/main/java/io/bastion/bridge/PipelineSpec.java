package io.bastion.bridge;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Callbacks;
import io.bastion.actor.Placement;
import io.bastion.actor.SupervisorSpec;
import io.bastion.relay.Relay;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * How a pipeline is supervised. Immutable; each method returns a changed copy.
 *
 * <p>The publisher is the flow of the actor {@code flow} under a supervisor with the name of the pipeline. It is subscribed to on the
 * actor's worker, a thread that must not block: a publisher that blocks, or that emits without end where it is subscribed to, belongs on
 * another scheduler by {@code subscribeOn}. Elements are delivered on the thread that emits them.
 *
 * <table>
 *   <caption>What the consumer sees</caption>
 *   <tr><th>the publisher, or its actor</th><th>the consumer</th></tr>
 *   <tr><td>fails, and is restarted</td><td>nothing; its demand goes over to the next subscription</td></tr>
 *   <tr><td>completes</td><td>completes; with a permanent policy nothing, as with {@code repeat}</td></tr>
 *   <tr><td>gives up: tries or budget spent, {@code STOP}, {@code ESCALATE}</td><td>the last failure</td></tr>
 *   <tr><td>is stopped or killed from outside</td><td>{@link PipelineException}</td></tr>
 * </table>
 *
 * <p>Everything that the publisher throws or signals is a failure, {@code Error}s included. Those that Reactor throws past {@code
 * onError} on other threads are seen in a system with {@link ActorSystem.Builder#superviseFatalErrors} only. A publisher that breaks the rules of Reactive
 * Streams fails: with {@code NullPointerException} for a null element, with Reactor's overflow exception for an element without demand.
 *
 * <p>Defaults: {@link #DEFAULT_RESTART}, {@link #DEFAULT_BUDGET}, {@link Placement#near()}, no hooks, {@link Pace#SLOWEST} with a prefetch of
 * {@link Queues#SMALL_BUFFER_SIZE}.
 *
 * @param <T> the elements
 */
public final class PipelineSpec<T> {
    /** After each failure, with waits from 100 ms that double up to 10 s. */
    public static final Restart DEFAULT_RESTART = Restart.transientOnFailure()
            .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(10))
                    .jitter(0.2));

    /** Gives up at more than 10 restarts within a minute; with the default waits, after about 45 s of nothing but failures. */
    public static final Budget DEFAULT_BUDGET = Budget.of(10, Duration.ofMinutes(1));

    private static final int MAX_NAME = 235;

    /** Tells the subscribers of cold pipelines apart. */
    private static final AtomicLong SUBSCRIBERS = new AtomicLong();

    private final String name;
    private final PipelineSource<T, ?> source;
    private final Settings settings;

    /** All but what it is a pipeline of. */
    record Settings(
            Restart restart,
            Budget budget,
            Placement placement,
            @Nullable Callbacks callbacks,
            Context context,
            Pace pace,
            int prefetch,
            @Nullable PipelineStats stats) {}

    PipelineSpec(String name, PipelineSource<T, ?> source) {
        this(
                checked(name),
                source,
                new Settings(
                        DEFAULT_RESTART,
                        DEFAULT_BUDGET,
                        Placement.near(),
                        null,
                        Context.empty(),
                        Pace.SLOWEST,
                        Queues.SMALL_BUFFER_SIZE,
                        null));
    }

    private PipelineSpec(String name, PipelineSource<T, ?> source, Settings settings) {
        this.name = name;
        this.source = source;
        this.settings = settings;
    }

    private static String checked(String name) {
        SupervisorSpec.named(name); // refuses what is no name
        if (name.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "name: " + name.length() + " characters (expected: 1 to " + MAX_NAME + ")");
        }
        return name;
    }

    private PipelineSpec<T> with(Settings settings) {
        return new PipelineSpec<>(name, source, settings);
    }

    /** This pipeline with another restart policy. There is no state to go on with: {@code RESUME} restarts. */
    public PipelineSpec<T> restart(Restart restart) {
        Objects.requireNonNull(restart, "restart: null (expected: a Restart)");
        Settings s = settings;
        return with(new Settings(restart, s.budget, s.placement, s.callbacks, s.context, s.pace, s.prefetch, s.stats));
    }

    /** This pipeline with at most so many restarts within a sliding window; at one more failure it gives up. */
    public PipelineSpec<T> budget(int maxRestarts, Duration window) {
        return budget(Budget.of(maxRestarts, window));
    }

    /** This pipeline with another budget of restarts. Restarts after completion take from it, too. */
    public PipelineSpec<T> budget(Budget budget) {
        Objects.requireNonNull(budget, "budget: null (expected: a Budget)");
        Settings s = settings;
        return with(new Settings(s.restart, budget, s.placement, s.callbacks, s.context, s.pace, s.prefetch, s.stats));
    }

    /** This pipeline with another choice of the worker that subscribes. */
    public PipelineSpec<T> placement(Placement placement) {
        Objects.requireNonNull(placement, "placement: null (expected: a Placement)");
        Settings s = settings;
        return with(new Settings(s.restart, s.budget, placement, s.callbacks, s.context, s.pace, s.prefetch, s.stats));
    }

    /**
     * This pipeline with hooks around its subscriptions. {@code beforeStart} and {@code afterStart} are called before the first, {@code
     * beforeRestart} after each that will be followed by another, {@code afterRestart} before each further one, {@code afterStop} after the
     * last, before the consumer is told the end. A hook of a start that fails is a failure of that subscription.
     */
    public PipelineSpec<T> callbacks(Callbacks callbacks) {
        Objects.requireNonNull(callbacks, "callbacks: null (expected: Callbacks)");
        Settings s = settings;
        return with(new Settings(s.restart, s.budget, s.placement, callbacks, s.context, s.pace, s.prefetch, s.stats));
    }

    /**
     * This pipeline with a context that its publishers are subscribed to with. A cold one puts that of its subscriber over it, a hot
     * one has this alone.
     */
    public PipelineSpec<T> context(ContextView context) {
        Objects.requireNonNull(context, "context: null (expected: a ContextView)");
        Settings s = settings;
        return with(new Settings(
                s.restart, s.budget, s.placement, s.callbacks, Context.of(context), s.pace, s.prefetch, s.stats));
    }

    /** This pipeline with another pace of its hot form. */
    public PipelineSpec<T> pace(Pace pace) {
        Objects.requireNonNull(pace, "pace: null (expected: a Pace)");
        Settings s = settings;
        return with(new Settings(s.restart, s.budget, s.placement, s.callbacks, s.context, pace, s.prefetch, s.stats));
    }

    /** This pipeline with so many elements that its hot form with {@link Pace#SLOWEST} holds in advance. A cold one holds none. */
    public PipelineSpec<T> prefetch(int prefetch) {
        if (prefetch < 1) {
            throw new IllegalArgumentException("prefetch: " + prefetch + " (expected: >= 1)");
        }
        Settings s = settings;
        return with(new Settings(s.restart, s.budget, s.placement, s.callbacks, s.context, s.pace, prefetch, s.stats));
    }

    /** This pipeline with counters that it adds to; otherwise it has its own. */
    public PipelineSpec<T> stats(PipelineStats stats) {
        Objects.requireNonNull(stats, "stats: null (expected: PipelineStats)");
        Settings s = settings;
        return with(new Settings(s.restart, s.budget, s.placement, s.callbacks, s.context, s.pace, s.prefetch, stats));
    }

    /**
     * The cold form: each subscriber has a pipeline of its own, at the top of the tree with a number behind its name. It lasts as long as
     * the subscription; cancelling cancels the publisher at once, also in a back-off, and stops the actors. A resume point begins
     * anew. What gives up hurts nobody but its subscriber.
     *
     * @return fails with {@code IllegalStateException} when the system is stopping
     */
    public Flux<T> cold(ActorSystem system) {
        Objects.requireNonNull(system, "system: null (expected: an ActorSystem)");
        return cold(system, source);
    }

    private <P> Flux<T> cold(ActorSystem system, PipelineSource<T, P> source) {
        PipelineStats stats = statsOrNew();
        return Flux.from(subscriber -> {
            CoreSubscriber<? super T> consumer = Operators.toCoreSubscriber(subscriber);
            Context context = settings.context.putAll(consumer.currentContext().readOnly());
            PipelineRelay<T, P> relay = new PipelineRelay<>(name, source, stats, consumer, context, source.initial());
            consumer.onSubscribe(relay);
            relay.start(
                    system,
                    supervisor(name + "-" + SUBSCRIBERS.incrementAndGet(), relay::behavior)
                            .restart(Restart.temporary()));
        });
    }

    /**
     * The hot form, started: one pipeline at the top of the tree for all subscribers, which runs whether or not there are any. What gives up
     * hurts nobody but its subscribers.
     *
     * @throws IllegalArgumentException if a living actor has the name
     * @throws IllegalStateException if the system is stopping
     */
    public Pipeline<T> hot(ActorSystem system) {
        Objects.requireNonNull(system, "system: null (expected: an ActorSystem)");
        Pipeline<T> pipeline = hot();
        system.supervise(pipeline.supervisor().restart(Restart.temporary()));
        return pipeline;
    }

    /**
     * The same as a child of an actor; to be called on its worker. It ends with the actor, and when it gives up the actor's own
     * treatment of failed children applies.
     */
    public Pipeline<T> hot(ActorContext<?> parent) {
        Objects.requireNonNull(parent, "parent: null (expected: an ActorContext)");
        Pipeline<T> pipeline = hot();
        parent.supervise(pipeline.supervisor());
        return pipeline;
    }

    /** The same as a part of a tree, with which it is started: see {@link Pipeline#toSpec()}. Who subscribes before that waits. */
    public Pipeline<T> hot() {
        return new Pipeline<>(this);
    }

    /** The supervisor of the actor of an output. */
    SupervisorSpec supervisor(String name, Function<ActorContext<Object>, Behavior<Object>> behavior) {
        ActorSpec<Object> flow =
                ActorSpec.of("flow", behavior).restart(settings.restart).placement(settings.placement);
        Callbacks callbacks = settings.callbacks;
        return Relay.supervisor(name, callbacks == null ? flow : flow.callbacks(callbacks))
                .budget(settings.budget);
    }

    PipelineStats statsOrNew() {
        PipelineStats given = settings.stats;
        return given != null ? given : new PipelineStats();
    }

    String name() {
        return name;
    }

    PipelineSource<T, ?> source() {
        return source;
    }

    Settings settings() {
        return settings;
    }
}
