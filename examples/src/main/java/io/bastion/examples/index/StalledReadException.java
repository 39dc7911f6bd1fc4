package io.bastion.examples.index;

import java.io.IOException;
import java.time.Duration;

/** A file gives neither bytes nor an end. */
final class StalledReadException extends IOException {
    private static final long serialVersionUID = 1L;

    StalledReadException(Duration patience) {
        super("file: nothing for " + patience + " (expected: bytes, or its end)");
    }
}
