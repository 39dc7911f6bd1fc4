package io.bastion.actor;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * The address of an actor: stable for its whole life, over any number of restarts.
 *
 * <p>Delivery is at most once. Messages from one thread, or from one actor, to one actor keep their order. All methods may
 * be called from any thread and never block. What is sent to a terminated actor becomes a {@link DeadLetter}.
 *
 * @param <M> the messages that it takes
 */
public interface ActorRef<M> {
    /**
     * Puts a message into the mailbox.
     *
     * @return what became of it; unless accepted, the actor will not see it
     * @throws NullPointerException if the message is null
     */
    TellResult tell(M message);

    /**
     * Puts a message into the mailbox that carries a Reactor context: {@link ActorContext#contextView()} shows it while
     * the message is handled, and a publisher that the handler returns is subscribed to with it.
     */
    TellResult tell(M message, ContextView context);

    /**
     * Puts messages into the mailbox in one step: cheaper than as many {@link #tell}, and no message of another sender
     * comes between them. All are accepted or none.
     *
     * @return what became of them all
     */
    TellResult tellAll(List<? extends M> messages);

    /**
     * Waits for room in the mailbox. Each subscription sends the message once; cancelling before it was accepted takes it
     * back. Those that wait get in in the order in which they subscribed.
     *
     * @return true once the message is in the mailbox; false when the actor terminated first, and then the message is a
     *     dead letter
     */
    Mono<Boolean> send(M message);

    /**
     * Feeds the mailbox from a publisher whose demand follows the free capacity: at most {@code min(256, capacity)}
     * elements are requested and not yet handled.
     *
     * @return completes when the source has completed and its last element is in the mailbox; fails with the source's
     *     error, or with {@link ActorTerminatedException} when the actor ends first; cancelling it cancels the source
     */
    Mono<Void> feed(Publisher<? extends M> source);

    /**
     * Sends a request and gives its reply. Each subscription asks anew.
     *
     * <p>Fails at once with {@link ActorTerminatedException} when the actor is dead, or dies before it replied; with
     * {@link AskRefusedException} when its mailbox is full; with {@link AskCycleException} when the actors that wait for
     * each other would form a circle; after the time-out with an {@link AskTimeoutException} that says what the actor was doing.
     * A reply that comes after that is a dead letter. When asked from within an actor's publisher the reply is emitted on
     * that actor's worker, otherwise on a worker of the replying one.
     *
     * @param request makes the request for a reference that takes the reply
     * @param timeout how long to wait, counted from the subscription
     */
    <R> Mono<R> ask(Function<? super ActorRef<R>, ? extends M> request, Duration timeout);

    /**
     * As {@link #ask}, but a request that finds the mailbox full waits for room, in one line with those of {@link #send}, and
     * is taken back when its time is over or it is cancelled. A reference that cannot wait asks at once.
     */
    default <R> Mono<R> askWhenRoom(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
        return ask(request, timeout);
    }

    /** Stops the actor: it finishes its message, its children end, what is queued becomes dead letters. */
    void stop();

    /** Closes the mailbox behind the messages that are in it now: they are handled, then the actor stops. */
    void drain();

    /**
     * Ends the actor and its children at once: running asynchronous work is cancelled and no signal is given. A handler
     * that is just running is not interrupted; it is the last thing that the actor does.
     */
    void kill();

    /** Gives the reason when the actor has terminated; at once if it has. */
    Mono<TerminationReason> whenTerminated();

    /** Its counters at about this moment; exact when the actor is at rest. */
    MessageStats stats();

    /** Where it stands in the tree, as {@code bastion://system/parent/child}. */
    String path();
}
