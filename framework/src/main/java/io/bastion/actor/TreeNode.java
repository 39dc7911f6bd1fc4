package io.bastion.actor;

import java.util.ArrayList;
import java.util.Arrays;
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
        for (TreeNode node : all()) {
            size += node.state == State.DOWN ? 0 : 1;
        }
        return size;
    }

    /** This node and all below it, level by level; without recursion, since a tree may be thousands deep. */
    private List<TreeNode> all() {
        List<TreeNode> all = new ArrayList<>(List.of(this));
        for (int i = 0; i < all.size(); i++) {
            all.addAll(all.get(i).children);
        }
        return all;
    }

    /** All that this node is, with the number of its children in place of them. */
    private List<@Nullable Object> own() {
        return Arrays.asList(name, actor, kind, state, incarnation, queued, remainingBudget, children.size());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof TreeNode)) {
            return false;
        }
        List<TreeNode> mine = all();
        List<TreeNode> theirs = ((TreeNode) other).all();
        boolean equal = mine.size() == theirs.size();
        for (int i = 0; equal && i < mine.size(); i++) {
            equal = mine.get(i).own().equals(theirs.get(i).own());
        }
        return equal;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (TreeNode node : all()) {
            hash = 31 * hash + node.own().hashCode();
        }
        return hash;
    }

    /**
     * The tree as {@code pstree} draws it, a line for each actor. Lines of the first 64 levels are indented; those below
     * have the number of their level instead.
     */
    public String render() {
        return TreeRendering.of(this);
    }

    @Override
    public String toString() {
        return render();
    }
}
