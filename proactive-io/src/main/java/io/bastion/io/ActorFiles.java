package io.bastion.io;

import io.bastion.actor.ActorContext;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * The files of one incarnation of an actor: they are closed when it fails or is killed, or when it stops and its messages in work have
 * ended; all results come on the actor's scheduler. From {@link Proactor#files}.
 *
 * <p>The next incarnation does not wait for the close: what had been written is written, what was in flight is ended or ends.
 */
public final class ActorFiles {
    private final Proactor io;
    private final Home home;

    /** Guarded by this; those that have been closed leave it when the next one is opened. */
    private final Set<AsyncFile> files = new HashSet<>();

    private boolean ended;

    private ActorFiles(Proactor io, Home home) {
        this.io = io;
        this.home = home;
    }

    static <M> ActorFiles of(Proactor io, ActorContext<M> context) {
        Disposable.Composite deliveries = Disposables.composite();
        ActorFiles files = new ActorFiles(io, new Home(context.scheduler(), deliveries));
        // Never emits, so never sends: the actor cancels it when the incarnation ends, however it does.
        context.pipeToSelf(Mono.never().doOnCancel(() -> files.end(deliveries)), (value, fault) -> {
            throw new IllegalStateException("files of " + context.path() + ": an end (expected: none)");
        });
        return files;
    }

    /** Opens a file that belongs to the incarnation; see {@link Proactor#open}. Also used off the actor's worker. */
    public Mono<AsyncFile> open(Path path, OpenOption... options) {
        return io.open(path, options)
                .map(file -> own(new AsyncFile(file.file(), home)))
                .publishOn(home.scheduler());
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

    private void end(Disposable deliveries) {
        Set<AsyncFile> left;
        synchronized (this) {
            ended = true;
            left = Set.copyOf(files);
            files.clear();
        }
        deliveries.dispose();
        left.forEach(file -> file.file().closeNow());
    }
}
