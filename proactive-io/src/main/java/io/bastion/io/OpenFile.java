package io.bastion.io;

import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What all views of one open file share. */
final class OpenFile {
    final Handle handle;
    final ByteBufAllocator allocator;
    final Cursor cursor = new Cursor();
    final GroupCommit commits;
    private final Consumer<OpenFile> whenClosed;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Sinks.Empty<Void> closed = Sinks.empty();

    OpenFile(Handle handle, ByteBufAllocator allocator, Consumer<OpenFile> whenClosed) {
        this.handle = handle;
        this.allocator = allocator;
        this.commits = new GroupCommit(handle);
        this.whenClosed = whenClosed;
    }

    boolean isOpen() {
        return !closing.get();
    }

    /** Closes once, however often it is subscribed to. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            closeNow();
            return closed.asMono();
        });
    }

    void closeNow() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        handle.close(new Completion<>() {
            @Override
            public void done(Integer zero) {
                whenClosed.accept(OpenFile.this);
                closed.tryEmitEmpty();
            }

            @Override
            public void failed(Throwable fault) {
                whenClosed.accept(OpenFile.this);
                closed.tryEmitError(fault);
            }
        });
    }
}
