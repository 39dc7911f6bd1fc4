package io.bastion.actor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An actor in a snapshot of the tree, with all below it.
 *
 * @param name its name; {@code $} and a number for one without
 * @param actor its reference; null for a child that is listed and down
 * @param kind what it is
 * @param state what it was doing
 * @param incarnation the number of its incarnation, from 0
 * @param queued messages in its mailbox
 * @param remainingBudget restarts that it had left for its children within its window, {@code Integer.MAX_VALUE} for no limit
 * @param children its children in start order
 */
public record TreeNode(
        String name,
        @Nullable ActorRef<?> actor,
        Kind kind,
        State state,
        int incarnation,
        long queued,
        int remainingBudget,
        List<TreeNode> children) {
    /** What stands in the tree. */
    public enum Kind {
        /** An actor, which may have children. */
        ACTOR,
        /** A supervisor. */
        SUPERVISOR,
        /** A group. */
        GROUP
    }

    /** What an actor is doing. */
    public enum State {
        /** Its hooks run, or its children start; its mailbox rests. */
        STARTING,
        /** It takes messages. */
        RUNNING,
        /** Its incarnation has ended, and a decision, a back-off or its turn in a restart is awaited. */
        RESTARTING,
        /** It comes to its end. */
        STOPPING,
        /** It is listed and down. */
        DOWN,
        /** It did not answer in time: it is in a handler that does not return. */
        BUSY
    }

    /** Number of actors in this tree that live. */
    public int size() {
        int size = 0;
        Deque<TreeNode> open = new ArrayDeque<>(List.of(this)); // no recursion: a tree may be thousands deep
        for (TreeNode node; (node = open.poll()) != null; ) {
            size += node.state == State.DOWN ? 0 : 1;
            node.children.forEach(open::push);
        }
        return size;
    }

    /** The tree as {@code pstree} draws it, a line for each actor. */
    public String render() {
        return TreeRendering.of(this);
    }

    @Override
    public String toString() {
        return render();
    }
}
