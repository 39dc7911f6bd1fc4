package io.bastion.examples.index;

import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** How the terms of a file are found: here, or at another node. Of one incarnation of one actor. */
@FunctionalInterface
interface Parsing {
    /** Fails with an {@code IOException} when the file cannot be read, or is no text, and is worth nothing after that. */
    Mono<FileTerms> parse(Path file);
}
