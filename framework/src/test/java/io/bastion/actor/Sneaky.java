package io.bastion.actor;

/** Throws checked exceptions past the compiler. */
final class Sneaky {
    private Sneaky() {}

    static RuntimeException thrown(Throwable t) {
        return Sneaky.<RuntimeException>sneak(t);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> RuntimeException sneak(Throwable t) throws T {
        throw (T) t;
    }
}
