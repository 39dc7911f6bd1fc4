package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import java.util.ArrayDeque;

/** The stash of a cell. */
final class CellStash<M> implements Stash<M> {
    private final ActorCell<M> cell;
    private final int capacity;
    private final ArrayDeque<MessageNode> nodes = new ArrayDeque<>();

    CellStash(ActorCell<M> cell, int capacity) {
        this.cell = cell;
        this.capacity = capacity;
    }

    @Override
    public void add() {
        cell.checkWorker();
        if (nodes.size() >= capacity) {
            throw new StashOverflowException(capacity);
        }
        nodes.addLast(cell.stashCurrent());
    }

    @Override
    public void unstashAll() {
        cell.checkWorker();
        if (!nodes.isEmpty()) {
            cell.replay(nodes);
        }
    }

    @Override
    public int size() {
        return nodes.size();
    }

    ArrayDeque<MessageNode> nodes() {
        return nodes;
    }
}
