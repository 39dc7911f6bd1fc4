package io.bastion.actor;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The groups of a system by name, from their start to their end, over their restarts. Thread-safe. */
final class LivingGroups {
    private final ConcurrentMap<String, LivingGroup> byName = new ConcurrentHashMap<>();

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
}
