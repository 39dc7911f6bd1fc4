package io.bastion.examples.index;

import java.io.IOException;

/** A file has failed the parser of another node. */
final class BadFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /** A name for the cause there. */
    private final String causeName;

    BadFileException(String causeName) {
        super(causeName);
        this.causeName = causeName;
    }

    String causeName() {
        return causeName;
    }
}
