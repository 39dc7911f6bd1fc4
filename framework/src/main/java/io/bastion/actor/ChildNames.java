package io.bastion.actor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The living children of a cell that have names. Thread-safe.
 *
 * <p>A hash table of the cells alone, with linear probing: a cell knows its name, so that an entry needs no node. It shrinks
 * with the number of children.
 */
final class ChildNames {
    private static final int LEAST = 8;

    /** Its length is a power of two, and at most three quarters are taken. */
    private @Nullable ActorCell<?>[] table = new ActorCell<?>[LEAST];

    private int size;

    /** Takes a child in; returns false if another one has its name. */
    synchronized boolean add(String name, ActorCell<?> child) {
        int i = place(name);
        if (table[i] != null) {
            return false;
        }
        table[i] = child;
        size++;
        if (size > table.length - table.length / 4) {
            resize(table.length * 2);
        }
        return true;
    }

    /** The child of a name. */
    synchronized @Nullable ActorCell<?> get(String name) {
        return table[place(name)];
    }

    /** Lets a child go; another one of that name stays. */
    synchronized void remove(String name, ActorCell<?> child) {
        int gap = place(name);
        if (table[gap] != child) {
            return;
        }
        // whoever stands behind the gap because of it moves up, as long as they stand without one between them
        for (int i = next(gap); table[i] != null; i = next(i)) {
            if (distance(home(nameOf(table[i])), i) >= distance(gap, i)) {
                table[gap] = table[i];
                gap = i;
            }
        }
        table[gap] = null;
        size--;
        if (table.length > LEAST && size < table.length / 8) {
            resize(table.length / 2);
        }
    }

    /** Where the child of a name is, or would be. */
    private int place(String name) {
        int i = home(name);
        for (ActorCell<?> cell; (cell = table[i]) != null && !name.equals(cell.name); ) {
            i = next(i);
        }
        return i;
    }

    private int home(String name) {
        int hash = name.hashCode();
        return (hash ^ hash >>> 16) & table.length - 1;
    }

    private int next(int i) {
        return i + 1 & table.length - 1;
    }

    /** Steps from one place to another. */
    private int distance(int from, int to) {
        return to - from & table.length - 1;
    }

    private void resize(int length) {
        @Nullable ActorCell<?>[] old = table;
        table = new ActorCell<?>[length];
        for (ActorCell<?> cell : old) {
            if (cell != null) {
                table[place(nameOf(cell))] = cell;
            }
        }
    }

    private static String nameOf(@Nullable ActorCell<?> cell) {
        return Objects.requireNonNull(Objects.requireNonNull(cell).name);
    }
}
