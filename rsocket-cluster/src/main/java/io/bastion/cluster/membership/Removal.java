package io.bastion.cluster.membership;

import java.io.IOException;

/** Why an incarnation is no longer a member. */
public enum Removal {
    /** It said so itself. */
    LEFT(0),
    /** It did not answer for too long, found a majority. */
    DEAD(1),
    /** Another incarnation has taken its place. */
    REPLACED(2);

    private final int code;

    Removal(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Removal of(int code) throws IOException {
        for (Removal removal : values()) {
            if (removal.code == code) {
                return removal;
            }
        }
        throw new IOException("reason: " + code + " (expected: 0 to 2)");
    }
}
