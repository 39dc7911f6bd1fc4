package io.bastion.actor;

import io.bastion.scheduler.ActivityScheduler;
import java.util.Objects;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Where an actor runs: on a worker, its home, to which it comes back when idle workers have taken its work over; or, if it is
 * declared to block, on threads that may be blocked.
 */
public sealed interface Placement {
    /** The worker of whoever spawns it; the next in turn when spawned from outside. The default. */
    static Placement near() {
        return Near.INSTANCE;
    }

    /** The next worker in turn, over all nodes. */
    static Placement spread() {
        return Spread.INSTANCE;
    }

    /** The next worker in turn on a NUMA node. */
    static Placement node(int index) {
        if (index < 0) {
            throw new IllegalArgumentException("node: " + index + " (expected: >= 0)");
        }
        return new Node(index);
    }

    /**
     * Threads that may be blocked, for an actor whose handler calls what blocks: virtual threads on JDK 21 and later, {@link
     * Schedulers#boundedElastic()} before, which has a limited number of threads.
     *
     * <p>All else is as for any actor: one message at a time, order, timers, asks, restarts, hooks. Its timers and time-outs do
     * not wait for it. A {@link ActorRef#kill()}, also that of one that does not stop in time, interrupts what it is doing.
     * What its factory does is done by whoever spawns it, but for restarts: what blocks belongs into {@link Callbacks#beforeStart}.
     * Its children are placed as they say themselves.
     */
    static Placement blocking() {
        return Blocking.INSTANCE;
    }

    /**
     * As {@link #blocking()}, on the threads of a scheduler, which is its giver's to dispose. An actor that this refuses goes on
     * on new threads.
     *
     * @throws IllegalArgumentException if it runs tasks on the caller, or is one that runs actors
     */
    static Placement on(Scheduler scheduler) {
        Objects.requireNonNull(scheduler, "scheduler: null (expected: a Scheduler)");
        if (scheduler == Schedulers.immediate() || scheduler instanceof ActivityScheduler) {
            throw new IllegalArgumentException(
                    "scheduler: " + scheduler + " (expected: one with threads that may be blocked)");
        }
        return new On(scheduler);
    }

    /** See {@link #near()}. */
    enum Near implements Placement {
        INSTANCE
    }

    /** See {@link #spread()}. */
    enum Spread implements Placement {
        INSTANCE
    }

    /**
     * See {@link #node(int)}.
     *
     * @param index of the node in the topology
     */
    record Node(int index) implements Placement {}

    /** See {@link #blocking()}. */
    enum Blocking implements Placement {
        INSTANCE
    }

    /**
     * See {@link #on(Scheduler)}.
     *
     * @param scheduler whose threads may be blocked
     */
    record On(Scheduler scheduler) implements Placement {}
}
