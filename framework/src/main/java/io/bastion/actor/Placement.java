package io.bastion.actor;

/**
 * The worker that an actor has its home on. Idle workers may take its work over; its home is where it comes back to.
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
}
