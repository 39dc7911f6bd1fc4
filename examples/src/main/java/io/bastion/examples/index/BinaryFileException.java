package io.bastion.examples.index;

import java.io.IOException;

/** A file has a NUL character and so is no text. */
final class BinaryFileException extends IOException {
    private static final long serialVersionUID = 1L;

    BinaryFileException() {
        super("character: NUL (expected: text)");
    }
}
