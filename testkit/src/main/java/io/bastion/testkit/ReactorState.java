package io.bastion.testkit;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;

/**
 * A snapshot of the hooks and factories that Reactor keeps in static fields.
 *
 * <p>Reactor lets hooks be set and reset, but not be looked at, so its fields are read, which its automatic module allows.
 * In a version of Reactor that has named them otherwise nothing is found, said once in the log.
 */
final class ReactorState {
    private static final Logger log = LoggerFactory.getLogger(ReactorState.class);

    private static final List<Field> FIELDS = fields();

    private final Map<Field, @Nullable Object> values = new LinkedHashMap<>();

    private ReactorState() {}

    static ReactorState now() {
        ReactorState state = new ReactorState();
        try {
            for (Field field : FIELDS) {
                Object value = field.get(null);
                state.values.put(field, value instanceof Map<?, ?> map ? new LinkedHashMap<>(map) : value);
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError(e); // they were made accessible
        }
        return state;
    }

    /**
     * Names of the hooks that are set now and were not at the time of either snapshot; a hook that somebody has reset since
     * is none of them.
     */
    List<String> setSince(ReactorState other) {
        ReactorState now = now();
        TreeSet<String> names = new TreeSet<>();
        now.values.forEach((field, value) -> {
            if (!isDerived(field)
                    && !isUnset(value)
                    && !Objects.equals(value, values.get(field))
                    && !isReset(value, other, field)) {
                names.add(field.getName().replaceFirst("s$", ""));
            }
        });
        return List.copyOf(names);
    }

    /** Whether the field holds what the hooks of a map were made into, which is something else after each change. */
    private static boolean isDerived(Field field) {
        return FIELDS.stream().anyMatch(map -> map.getName().equalsIgnoreCase(field.getName() + "s"));
    }

    private boolean isReset(@Nullable Object value, ReactorState other, Field field) {
        Object before = other.values.get(field);
        return Objects.equals(value, before)
                || value instanceof Map<?, ?> map
                        && values.get(field) instanceof Map<?, ?> mine
                        && mine.entrySet().containsAll(map.entrySet());
    }

    private static boolean isUnset(@Nullable Object value) {
        return value == null || value.equals(false) || value instanceof Map<?, ?> map && map.isEmpty();
    }

    /** Brings back what was set at the time of the snapshot. */
    @SuppressWarnings("unchecked") // a copy of the map itself goes back into it
    void restore() {
        try {
            for (Map.Entry<Field, @Nullable Object> entry : values.entrySet()) {
                Field field = entry.getKey();
                Object value = entry.getValue();
                if (field.get(null) instanceof Map<?, ?> map) {
                    map.keySet().retainAll(((Map<?, ?>) Objects.requireNonNull(value)).keySet());
                    ((Map<Object, Object>) map).putAll((Map<?, ?>) value);
                } else {
                    field.set(null, value);
                }
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        try {
            add(
                    fields,
                    Hooks.class,
                    "onEachOperatorHook",
                    "onEachOperatorHooks",
                    "onLastOperatorHook",
                    "onLastOperatorHooks",
                    "onOperatorErrorHook",
                    "onOperatorErrorHooks",
                    "onErrorDroppedHook",
                    "onNextDroppedHook",
                    "onNextErrorHook",
                    "QUEUE_WRAPPER",
                    "QUEUE_WRAPPERS",
                    "GLOBAL_TRACE",
                    "DETECT_CONTEXT_LOSS");
            add(
                    fields,
                    Schedulers.class,
                    "factory",
                    "DECORATORS",
                    "nonBlockingThreadPredicate",
                    "onHandleErrorHook",
                    "onHandleErrorHooks",
                    "onScheduleHook",
                    "onScheduleHooks");
            return fields;
        } catch (ReflectiveOperationException | RuntimeException e) {
            log.warn("hooks that tests leave in Reactor are not found: {}", e.toString());
            return List.of();
        }
    }

    private static void add(List<Field> fields, Class<?> owner, String... names) throws NoSuchFieldException {
        for (String name : names) {
            Field field = owner.getDeclaredField(name);
            field.setAccessible(true);
            fields.add(field);
        }
    }
}
