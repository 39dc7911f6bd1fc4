package io.bastion.actor;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A running supervisor or group, stable over its restarts. All methods may be called from any thread, and from within actors,
 * and never block. What they return acts when it is subscribed to.
 */
public interface SupervisorRef {
    /** Where it stands in the tree. */
    String path();

    /**
     * Completes when its children, and theirs, have been started for the first time; at once if they have.
     *
     * @return fails with the {@link ActorStartException} of the child that could not be started, or with
     *     {@link ActorTerminatedException} when it was stopped meanwhile
     */
    Mono<Void> whenStarted();

    /**
     * Starts another child, after those that it has. It is not there any more after a restart of the supervisor.
     *
     * @return the child; fails with {@code IllegalArgumentException} if it has no name, or that of another child, or if this
     *     is a group, whose members follow its own specification, with
     *     {@code IllegalStateException} if the supervisor is not running, with {@link ActorStartException} if the
     *     child's factory throws
     */
    <M> Mono<ActorRef<M>> add(ActorSpec<M> child);

    /** The same for a supervisor as the child. */
    Mono<SupervisorRef> add(SupervisorSpec child);

    /** The same for a group. */
    Mono<SupervisorRef> add(GroupSpec<?> child);

    /**
     * Stops a child and takes it out of the list.
     *
     * @return false if there is none of that name; completes when the child has terminated
     */
    Mono<Boolean> remove(String name);

    /**
     * Restarts a child by hand, which costs nothing of the budget: one that is down is started anew with a new reference; one
     * that runs gets a new incarnation, with those that the strategy restarts with it; one that is just ending for good is
     * started anew when it is down.
     *
     * @return false if there is none of that name, or none any more when it has ended; completes when the new incarnation is on
     *     its way; fails with {@code IllegalStateException} if the supervisor is not running
     */
    Mono<Boolean> restart(String name);

    /**
     * Puts a message into the mailbox of every actor below the supervisor, at any depth, that is not itself a supervisor or a
     * group. They must all take it: one that does not fails. Goes down the tree from parents to children, each of which passes
     * it on between two of its messages; who joins meanwhile may be left out.
     *
     * @return how many have got it, when all have been reached
     */
    Mono<BroadcastReport> broadcast(Object message);

    /** The supervisor and all below it, as they are. */
    Mono<TreeNode> tree();

    /**
     * What happens to it and to all below it: first what there is, parents before their children, then every event until it has
     * terminated; see {@link ActorSystem#events(ActorRef)}.
     */
    Flux<TreeEvent> events();

    /** Stops it: its children in reverse order, then itself; the supervisor above treats that by its restart type. */
    void stop();

    /**
     * Lets its children handle what is in their mailboxes, and stops it then: those of a supervisor one after another, the
     * youngest first, those of a group all at a time. Each has its stop time-out for it.
     */
    void drain();

    /** Ends it and all below it at once. */
    void kill();

    /** Gives the reason when it has terminated; at once if it has. */
    Mono<TerminationReason> whenTerminated();
}
