package io.bastion.examples.index;

import java.io.IOException;

/** A line of a file is longer than any that a person wrote. */
final class LineTooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    LineTooLongException(int limit) {
        super("line: longer than " + limit + " characters (expected: at most as many)");
    }
}
