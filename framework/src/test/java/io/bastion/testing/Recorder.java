package io.bastion.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What happened, in order. Thread-safe. */
public final class Recorder<T> {
    private final List<T> all = new CopyOnWriteArrayList<>();

    public void add(T element) {
        all.add(element);
    }

    /** Waits until so many have come; returns all that came. */
    public List<T> await(int count) {
        Conditions.await(() -> count + " recorded, so far " + all, () -> all.size() >= count);
        return all();
    }

    public List<T> all() {
        return List.copyOf(all);
    }

    public int size() {
        return all.size();
    }

    public void clear() {
        all.clear();
    }
}
