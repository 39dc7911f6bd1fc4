package io.bastion.examples.index;

import java.nio.file.Path;

/** Failures of one cause, with a path for an example. */
public record Failures(long count, Path example) {
    Failures oneMore() {
        return new Failures(count + 1, example);
    }
}
