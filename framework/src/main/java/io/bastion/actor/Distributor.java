package io.bastion.actor;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * The address of a group: one message to one of its members, or to all of them. Bound to the group's name, not to the group: it
 * may be there before the group, and goes on over the group's restarts and when another group takes the name.
 *
 * <p>The members are those that have been started and have not ended for good, so also one that waits for its restart. All
 * methods may be called from any thread and never block. Messages of one sender to the same member keep their order.
 *
 * @param <M> the messages that the members take
 */
public interface Distributor<M> {
    /** The name of the group. */
    String name();

    /** The members at this moment, in the order in which they joined; none if there is no such group. */
    List<ActorRef<M>> members();

    /**
     * Puts a message into the mailbox of the member that the group's {@link Dispatcher} chooses. One that the member does not
     * get to, because its {@link Resizer} removes it, goes to another member.
     *
     * @return what became of it; {@link TellResult#TERMINATED} with a dead letter if there is no living member, and
     *     {@link TellResult#DROPPED} with a dead letter if the dispatcher fails
     * @throws ClassCastException if the message is not of the distributor's type
     * @throws NullPointerException if the message is null
     */
    TellResult tellOne(M message);

    /** The same with a Reactor context, as {@link ActorRef#tell(Object, ContextView)}. */
    TellResult tellOne(M message, ContextView context);

    /**
     * Waits for room at the member that the dispatcher chooses, which is done when this is subscribed to. It is waited for that
     * member, also when another has room meanwhile; when it ends, or is removed, before the message got in, the dispatcher
     * chooses again. A member that is restarted is waited for. Each subscription sends the message once; cancelling before it was
     * accepted takes it back. Those that wait for the same member get in in the order in which they subscribed.
     *
     * <p>Messages of a publisher that are to wait: {@code flux.concatMap(group::sendOne)}, which requests the next one when
     * one is in; {@code flatMap(group::sendOne, n)} lets n wait, so that a slow member holds up the others later.
     *
     * @return true once the message is in a mailbox; false when there is no living member, when the dispatcher fails, or when an
     *     {@link Interceptor} does not pass the message on, and then it is a dead letter
     * @throws ClassCastException if the message is not of the distributor's type
     * @throws NullPointerException if the message is null
     */
    Mono<Boolean> sendOne(M message);

    /**
     * Puts a message into the mailbox of each member.
     *
     * @return what became of it at each member; empty, and then the message is a dead letter, if there is none
     * @throws ClassCastException if the message is not of the distributor's type
     * @throws NullPointerException if the message is null
     */
    Map<ActorRef<M>, TellResult> tellEveryone(M message);

    /**
     * Sends a request to the member that the dispatcher chooses and gives its reply, as {@link ActorRef#ask} does, with its
     * failures. Each subscription asks anew.
     *
     * @param request makes the request for a reference that takes the reply, and uses that in no other way; may be called more
     *     than once
     * @return fails at once with {@link UndispatchedException} when no member could be chosen
     */
    <R> Mono<R> askOne(Function<? super ActorRef<R>, ? extends M> request, Duration timeout);

    /**
     * Asks a question that may go to another member: as {@link #askOne}, and when the member has no room for it, or ends before
     * it has taken it up, the next member is tried, once. A question that a member has taken up is not asked again.
     *
     * @param question makes the question for a reference that takes the answer; called once for each try
     * @param timeout how long to wait, for both tries together
     */
    <R> Mono<R> request(Function<? super ActorRef<R>, ? extends M> question, Duration timeout);

    /**
     * Sends a request to each member and gives their replies as they come.
     *
     * @param request makes the request for each member
     * @param timeout how long to wait for each member
     * @return when all have replied or failed, fails with the failure of the one member that failed, or with a composite of
     *     several ({@code Exceptions.unwrapMultiple}); fails at once with {@link UndispatchedException} when there is no member
     */
    <R> Flux<R> askEveryone(Function<? super ActorRef<R>, ? extends M> request, Duration timeout);
}
