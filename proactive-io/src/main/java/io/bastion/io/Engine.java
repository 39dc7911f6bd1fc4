package io.bastion.io;

import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import reactor.core.publisher.Mono;

/** A backend: opens files and owns the threads that their operations run on. Thread-safe. */
interface Engine {
    Backend backend();

    /** Opens a file; whoever cancels closes the handle that may come nevertheless. */
    Cancel open(Path path, Set<OpenOption> options, Completion<Handle> completion);

    /** Ends the threads; called when every file has been closed. */
    Mono<Void> shutdown();
}
