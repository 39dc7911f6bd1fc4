package io.bastion.fort;

import org.jspecify.annotations.Nullable;

/**
 * Guarded code has not succeeded: its restart policy has given up, and then the cause is the last failure; or it was stopped from
 * outside before it was done, and then there may be no cause.
 */
public final class FortException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final int tries;

    FortException(String name, int tries, @Nullable Throwable cause) {
        super(
                cause == null
                        ? "fort: " + name + " was stopped in its run " + tries + " (expected: an end of its own)"
                        : "fort: " + name + " has failed for good after " + tries + " tries (last: " + cause + ")",
                cause);
        this.name = name;
        this.tries = tries;
    }

    /** The name of what was guarded. */
    public String name() {
        return name;
    }

    /** How many times the code was run. */
    public int tries() {
        return tries;
    }
}
