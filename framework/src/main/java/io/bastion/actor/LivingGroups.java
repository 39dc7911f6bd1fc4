package io.bastion.actor;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** The groups of a system by name, from their start to their end, over their restarts. Thread-safe. */
final class LivingGroups {
    private final ConcurrentMap<String, LivingGroup> byName = new ConcurrentHashMap<>();

    /** Who wants to know of changes, by the name of the group. */
    private final ConcurrentMap<String, Set<Runnable>> listeners = new ConcurrentHashMap<>();

    /**
     * Notes a group that starts, or starts again.
     *
     * @throws IllegalArgumentException if another one has its name
     */
    void register(LivingGroup group) {
        LivingGroup other = byName.putIfAbsent(group.name(), group);
        if (other != null && other != group) {
            throw new IllegalArgumentException(
                    "name: \"" + group.name() + "\" (expected: no other group of that name)");
        }
    }

    /** Forgets a group that has terminated. */
    void unregister(LivingGroup group) {
        byName.remove(group.name(), group);
    }

    @Nullable LivingGroup of(String name) {
        return byName.get(name);
    }

    /** Has somebody told after each change of the members of a group, whether it is there already or not. */
    Disposable onChange(String name, Runnable listener) {
        listeners.compute(name, (n, all) -> {
            Set<Runnable> now = all == null ? ConcurrentHashMap.newKeySet() : all;
            now.add(listener);
            return now;
        });
        return () -> listeners.computeIfPresent(name, (n, all) -> all.remove(listener) && all.isEmpty() ? null : all);
    }

    void changed(String name) {
        listeners.getOrDefault(name, Set.of()).forEach(Runnable::run);
    }
}
