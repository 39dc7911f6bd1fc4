package io.bastion.examples.index;

import io.bastion.io.IoFault;
import java.nio.file.Path;

/** Failures of one cause, with a path for an example. */
public record Failures(long count, Path example) {
    Failures oneMore() {
        return new Failures(count + 1, example);
    }

    /** What a cause is called, wherever it was. */
    static String nameOf(Throwable cause) {
        if (cause instanceof BadFileException elsewhere) {
            return elsewhere.causeName();
        }
        return cause instanceof IoFault fault ? fault.code() : cause.getClass().getSimpleName();
    }
}
