package io.bastion.actor;

import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.ContextView;

/**
 * What an actor can do from inside.
 *
 * <p>Valid for the life of the actor, usable only on the actor's own worker: in its factory, its handlers and signal
 * handlers, and in work on {@link #scheduler()}. Elsewhere every method but {@link #self}, {@link #system}, {@link #path},
 * {@link #isCurrent} and {@link #scheduler} throws an {@code IllegalStateException}.
 *
 * @param <M> the actor's messages
 */
public interface ActorContext<M> {
    /** This actor's reference; usable anywhere. */
    ActorRef<M> self();

    /** The system; usable anywhere. */
    ActorSystem system();

    /** Where this actor stands in the tree; usable anywhere. */
    default String path() {
        return self().path();
    }

    /** Whether the caller is on this actor's worker, where all of these methods may be used; usable anywhere. */
    boolean isCurrent();

    /** The number of this incarnation, from 0. */
    int incarnation();

    /**
     * The Reactor context of the message in work; empty when it came without one. While an actor hears {@link Signal.Restarting}, that
     * of the message whose handling failed, if it is known.
     */
    ContextView contextView();

    /**
     * Runs work on this actor's worker, one piece at a time and never beside a handler, in order; usable anywhere. It goes
     * before queued messages, and when the actor has stopped it is rejected.
     */
    Scheduler scheduler();

    /**
     * Starts a child: it ends when this actor ends or is restarted.
     *
     * @throws IllegalArgumentException if a living child has the name, or the factory returns null
     * @throws ActorStartException if the factory throws
     */
    <T> ActorRef<T> spawn(ActorSpec<T> spec);

    /** Starts a supervisor as a child, with the children that it is to have. */
    SupervisorRef supervise(SupervisorSpec spec);

    /** Starts a group as a child. */
    SupervisorRef supervise(GroupSpec<?> spec);

    /** The living children, in start order. */
    List<ActorRef<?>> children();

    /** The living child of that name. */
    @Nullable ActorRef<?> child(String name);

    /** Ends this actor after the message in work; what is queued becomes dead letters. */
    void stop();

    /** Treats the next message with another behavior; until the next restart, which begins with a new one from the factory. */
    void become(Behavior<M> behavior);

    /**
     * Sends a message on with the context, and so the trace, of the message in work. If it is that very message, and came with
     * an ask, whoever asks waits for the target from now on, as far as circles of asks are concerned.
     */
    <T> TellResult forward(ActorRef<T> target, T message);

    /**
     * Asks for a {@link Signal.Terminated} when an actor ends: one, however often it is watched, and at once when it has
     * ended already. Lives on over restarts of either.
     */
    void watch(ActorRef<?> actor);

    /** Like {@link #watch} with a message of this actor's own in place of the signal. */
    void watchWith(ActorRef<?> actor, M message);

    /** Takes {@link #watch} back: no signal comes any more, even if it was on its way. */
    void unwatch(ActorRef<?> actor);

    /** This incarnation's timers. */
    Timers<M> timers();

    /** Messages put aside for later. */
    Stash<M> stash();

    /**
     * Sends this actor a message each time that it has got none for so long.
     *
     * @param message what it gets; does not itself count as a message
     */
    void receiveTimeout(Duration timeout, M message);

    /** Takes {@link #receiveTimeout} back. */
    void cancelReceiveTimeout();

    /**
     * A reference that takes messages of another type and turns them into this actor's.
     *
     * @param adaption runs on the sender's thread; must be pure. What it throws goes to the sender
     */
    <T> ActorRef<T> adapter(Function<? super T, ? extends M> adaption);

    /**
     * Subscribes to a publisher and sends its first element, or its end, to this actor as a message. Cancelled when this
     * incarnation ends.
     *
     * @param message makes the message from the element or from the error; both are null when it completes empty
     */
    <T> void pipeToSelf(
            Publisher<? extends T> source,
            BiFunction<? super @Nullable T, ? super @Nullable Throwable, ? extends M> message);
}
