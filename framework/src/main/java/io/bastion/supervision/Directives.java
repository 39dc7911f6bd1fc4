package io.bastion.supervision;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Directives by type of failure. Immutable. The directive for the most special type that the failure is an instance of
 * applies, whatever the order in which they were given.
 */
public final class Directives {
    private static final Directives NONE = new Directives(Map.of());

    private final Map<Class<? extends Throwable>, Directive> byType;

    private Directives(Map<Class<? extends Throwable>, Directive> byType) {
        this.byType = byType;
    }

    /** None given. */
    public static Directives none() {
        return NONE;
    }

    /** These with one more; it replaces one for the same type. */
    public Directives with(Class<? extends Throwable> type, Directive directive) {
        Objects.requireNonNull(type, "type: null (expected: a class of Throwable)");
        Objects.requireNonNull(directive, "directive: null (expected: a Directive)");
        Map<Class<? extends Throwable>, Directive> more = new LinkedHashMap<>(byType);
        more.put(type, directive);
        return new Directives(more);
    }

    /** The directive for a failure, or null when none was given for its type. */
    public @Nullable Directive of(Throwable failure) {
        if (byType.isEmpty()) {
            return null;
        }
        for (Class<?> type = failure.getClass(); type != Object.class; type = type.getSuperclass()) {
            Directive directive = byType.get(type);
            if (directive != null) {
                return directive;
            }
        }
        return null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Directives directives && byType.equals(directives.byType);
    }

    @Override
    public int hashCode() {
        return byType.hashCode();
    }

    @Override
    public String toString() {
        return byType.toString();
    }
}
