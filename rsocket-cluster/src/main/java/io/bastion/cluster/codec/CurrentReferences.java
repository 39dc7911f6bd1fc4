package io.bastion.cluster.codec;

import io.bastion.actor.ActorRef;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The references of the call that this thread is in: serializers of libraries, deep in a message, know no other way to them. */
final class CurrentReferences {
    private static final ThreadLocal<@Nullable References> CURRENT = new ThreadLocal<>();

    private CurrentReferences() {}

    static <T> T during(References references, Callable<T> call) throws Exception {
        References outer = CURRENT.get();
        CURRENT.set(references);
        try {
            return call.call();
        } finally {
            CURRENT.set(outer);
        }
    }

    static byte[] write(ActorRef<?> reference) {
        ByteBuf bytes = Unpooled.buffer(32);
        current().write(reference, bytes);
        byte[] written = new byte[bytes.readableBytes()];
        bytes.readBytes(written);
        return written;
    }

    static ActorRef<?> read(byte[] written) {
        ByteBuf bytes = Unpooled.wrappedBuffer(written);
        ActorRef<?> reference = current().read(bytes);
        if (bytes.isReadable()) {
            throw new IllegalArgumentException(
                    "reference: " + written.length + " bytes (expected: " + bytes.readerIndex() + ")");
        }
        return reference;
    }

    private static References current() {
        References references = CURRENT.get();
        if (references == null) {
            throw new IllegalStateException("references: none (expected: a call of the codec on this thread)");
        }
        return references;
    }
}
