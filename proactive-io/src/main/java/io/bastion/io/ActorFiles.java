package io.bastion.io;

import io.bastion.actor.ActorContext;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The files of one incarnation of an actor: they are closed when it stops, fails or is killed, and all results come on the
 * actor's scheduler. From {@link Proactor#files}.
 *
 * <p>The next incarnation does not wait for the close: what had been written is written, what was in flight is ended or ends.
 */
public final class ActorFiles {
    private final Proactor io;
    private final Scheduler scheduler;

    /** Guarded by this; those that have been closed leave it when the next one is opened. */
    private final Set<AsyncFile> files = new HashSet<>();

    private boolean ended;

    private ActorFiles(Proactor io, Scheduler scheduler) {
        this.io = io;
        this.scheduler = scheduler;
    }

    static <M> ActorFiles of(Proactor io, ActorContext<M> context) {
        ActorFiles files = new ActorFiles(io, context.scheduler());
        // Never emits, so never sends: the actor cancels it when the incarnation ends, however it does.
        context.pipeToSelf(Mono.never().doOnCancel(files::end), (value, fault) -> {
            throw new IllegalStateException("files of " + context.path() + ": an end (expected: none)");
        });
        return files;
    }

    /** Opens a file that belongs to the incarnation; see {@link Proactor#open}. Also used off the actor's worker. */
    public Mono<AsyncFile> open(Path path, OpenOption... options) {
        return io.open(path, options).map(file -> own(file.on(scheduler))).publishOn(scheduler);
    }

    private AsyncFile own(AsyncFile file) {
        synchronized (this) {
            if (!ended) {
                files.removeIf(earlier -> !earlier.isOpen());
                files.add(file);
                return file;
            }
        }
        file.file().closeNow();
        return file;
    }

    private void end() {
        Set<AsyncFile> left;
        synchronized (this) {
            ended = true;
            left = Set.copyOf(files);
            files.clear();
        }
        left.forEach(file -> file.file().closeNow());
    }
}
