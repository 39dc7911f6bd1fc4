package io.bastion.io;

import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import reactor.core.publisher.Mono;

/** A backend whose opens complete when the test says so. */
final class SlowEngine implements Engine {
    private final Queue<Completion<Handle>> opens = new ConcurrentLinkedQueue<>();

    Proactor proactor() {
        return new Proactor(
                this, new BlockingPool("slow", 1), Leftovers.ALLOCATOR, Duration.ofSeconds(20), Leftovers.NO_SOCKETS);
    }

    boolean isOpening() {
        return !opens.isEmpty();
    }

    void opened(Handle handle) {
        Objects.requireNonNull(opens.poll()).done(handle);
    }

    @Override
    public Backend backend() {
        return Backend.NIO;
    }

    @Override
    public Cancel open(Path path, Set<OpenOption> options, Completion<Handle> completion) {
        opens.add(completion);
        return Cancel.NOTHING;
    }

    @Override
    public Mono<Void> shutdown() {
        return Mono.empty();
    }
}
