package io.bastion.cluster.codec;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The names that types have on the wire: those that they are registered with, or else made of their own. */
final class WireNames {
    private static final Pattern WORDS = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

    private final Map<Class<?>, String> registered = new HashMap<>();

    WireNames(Map<String, Class<?>> types) {
        types.forEach((name, type) -> registered.put(type, name));
    }

    String of(Class<?> type) {
        String name = registered.get(type);
        return name == null ? byDefault(type) : name;
    }

    /** {@code Shop.PlaceOrder} is {@code shop.place-order}; the package is no part of it. */
    static String byDefault(Class<?> type) {
        String simple = type.getSimpleName();
        if (simple.isEmpty()) {
            throw new IllegalArgumentException("type: " + type.getName() + " (expected: one that has a name)");
        }
        String own = WORDS.matcher(simple).replaceAll("-").toLowerCase(Locale.ROOT);
        Class<?> enclosing = type.getEnclosingClass();
        return enclosing == null ? own : byDefault(enclosing) + '.' + own;
    }
}
