package io.bastion.io;

import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/** Faults on their way through code that declares none. */
final class Faults {
    private Faults() {}

    /** To be thrown: the fault itself, so that directives see its type. */
    static RuntimeException asIs(@Nullable Throwable fault) {
        if (fault == null) {
            return new IllegalStateException("an end (expected: none)");
        }
        Exceptions.throwIfFatal(fault);
        return Faults.<RuntimeException>unchecked(fault);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E unchecked(Throwable fault) throws E {
        throw (E) fault;
    }
}
