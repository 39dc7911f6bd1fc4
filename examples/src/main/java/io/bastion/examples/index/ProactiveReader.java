package io.bastion.examples.index;

import io.bastion.io.ActorFiles;
import io.bastion.io.IoFault;
import io.bastion.io.ReadSpec;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Path;
import reactor.core.publisher.Flux;

/** {@link ChunkReader#chunks}. */
record ProactiveReader(ReadSpec content) implements ChunkReader {
    @Override
    public Flux<ByteBuffer> read(ActorFiles files, Path file) {
        return files.open(file)
                .flatMapMany(opened -> opened.stream(content)
                        .map(ProactiveReader::copied)
                        .concatWith(opened.close().cast(ByteBuffer.class)))
                .onErrorMap(IoFault.class, fault -> named(fault, file));
    }

    /** A copy may get lost in any operator and costs little beside what becomes of it; a pooled buffer must be released. */
    private static ByteBuffer copied(ByteBuf chunk) {
        try {
            ByteBuffer copy = ByteBuffer.allocate(chunk.readableBytes());
            chunk.readBytes(copy);
            return copy.flip();
        } finally {
            chunk.release();
        }
    }

    /** A directory that could be opened: the walk hands out none but by links up to where they are. */
    private static IOException named(IoFault fault, Path file) {
        return fault.code().equals("EISDIR") ? new FileSystemLoopException(file.toString()) : fault;
    }
}
