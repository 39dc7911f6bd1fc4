package io.bastion.cluster.codec;

import java.util.Locale;
import java.util.regex.Pattern;

/** The names that types have on the wire if none are given. */
final class TypeNames {
    private static final Pattern WORDS = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

    private TypeNames() {}

    /** {@code Shop.PlaceOrder} is {@code shop.place-order}; the package is no part of it. */
    static String of(Class<?> type) {
        String simple = type.getSimpleName();
        if (simple.isEmpty()) {
            throw new IllegalArgumentException("type: " + type.getName() + " (expected: one that has a name)");
        }
        String own = WORDS.matcher(simple).replaceAll("-").toLowerCase(Locale.ROOT);
        Class<?> enclosing = type.getEnclosingClass();
        return enclosing == null ? own : of(enclosing) + '.' + own;
    }
}
