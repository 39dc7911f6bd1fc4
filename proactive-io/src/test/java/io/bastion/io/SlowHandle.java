package io.bastion.io;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A file whose operations complete when the test says so. */
final class SlowHandle implements Handle {
    private @Nullable String operation;
    private LongConsumer completion = result -> {};

    /** The operation in flight. */
    @Nullable String next() {
        return operation;
    }

    void complete(long result) {
        LongConsumer ending = completion;
        completion = none -> {};
        operation = null;
        ending.accept(result);
    }

    private Cancel start(String name, LongConsumer ending) {
        if (operation != null) {
            throw new IllegalStateException(name + " beside " + operation);
        }
        operation = name;
        completion = ending;
        return Cancel.NOTHING;
    }

    @Override
    public Path path() {
        return Path.of("slow");
    }

    @Override
    public Cancel read(ByteBuf[] targets, int from, int count, long position, Completion<Integer> done) {
        return start("read at " + position, result -> done.done((int) result));
    }

    @Override
    public Cancel write(ByteBuf[] sources, int from, int count, long position, Completion<Integer> done) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < from + count; i++) {
            text.append(sources[i].toString(StandardCharsets.UTF_8));
        }
        return start("write " + text + " at " + position, result -> done.done((int) result));
    }

    @Override
    public Cancel sync(boolean dataOnly, Completion<Integer> done) {
        return start(dataOnly ? "fdatasync" : "fsync", result -> done.done((int) result));
    }

    @Override
    public Cancel stat(Completion<FileStat> done) {
        return start("stat", result -> done.done(new FileStat(result, Instant.EPOCH, FileStat.Kind.REGULAR)));
    }

    @Override
    public Cancel truncate(long size, Completion<Integer> done) {
        return start("truncate", result -> done.done((int) result));
    }

    @Override
    public Cancel allocate(long position, long length, Completion<Integer> done) {
        return start("allocate", result -> done.done((int) result));
    }

    @Override
    public void close(Completion<Integer> done) {
        start("close", result -> done.done((int) result));
    }
}
