package io.bastion.actor;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An immutable list from which longer ones are made at the price of the added element: the longer list shares the elements
 * of the shorter, so that n additions in a row take time and memory in proportion to n. Thread-safe.
 */
final class GrowingList<E> extends AbstractList<E> implements RandomAccess {
    private static final Object[] NONE = {};

    /** Shared with the lists that were made from this one; a slot is written once, by whoever has claimed it. */
    private final Object[] elements;

    /** Slots that are claimed. */
    private final AtomicInteger claimed;

    private final int size;

    private GrowingList(Object[] elements, AtomicInteger claimed, int size) {
        this.elements = elements;
        this.claimed = claimed;
        this.size = size;
    }

    static <E> GrowingList<E> empty() {
        return new GrowingList<>(NONE, new AtomicInteger(), 0);
    }

    /** This list with one more element at its end. */
    GrowingList<E> plus(E element) {
        if (size < elements.length && claimed.compareAndSet(size, size + 1)) {
            elements[size] = element;
            return new GrowingList<>(elements, claimed, size + 1);
        }
        // full, or another list goes on from here already
        Object[] own = new Object[Math.max(4, size + size / 2)];
        System.arraycopy(elements, 0, own, 0, size);
        own[size] = element;
        return new GrowingList<>(own, new AtomicInteger(size + 1), size + 1);
    }

    /** This list without an element, compared by identity. */
    GrowingList<E> minus(E element) {
        Object[] others =
                Arrays.stream(elements, 0, size).filter(e -> e != element).toArray();
        return new GrowingList<>(others, new AtomicInteger(others.length), others.length);
    }

    @Override
    @SuppressWarnings("unchecked") // only elements are put in
    public E get(int index) {
        return (E) elements[Objects.checkIndex(index, size)];
    }

    @Override
    public int size() {
        return size;
    }
}
