package io.bastion.cluster.codec;

import io.netty.buffer.ByteBuf;
import java.util.Map;

/** One way to write messages as bytes. Thread-safe. */
public interface MessageCodec {
    /** Its name in the protocol: both ends must have a codec of that name, and then understand each other. */
    String id();

    /**
     * This codec as it is when it knows the types that are registered, for one that must: asked once, when the {@link MessageTypes}
     * are built.
     *
     * @param types all that are registered, also with other codecs, by their names
     * @return this by default
     */
    default MessageCodec with(Map<String, Class<?>> types) {
        return this;
    }

    /**
     * Whether it can write and read messages of a type; asked once, when the type is registered.
     *
     * @throws IllegalArgumentException if not, and there is a reason to be told
     */
    boolean canEncode(Class<?> type);

    /**
     * Appends a message. What was written before a failure is thrown away.
     *
     * @throws Exception if it cannot be written
     */
    void encode(Object message, ByteBuf out, References references) throws Exception;

    /**
     * Reads a message: all that is readable.
     *
     * @param type the registered type, never one that the bytes name
     * @param in valid until this returns
     * @throws Exception if that is no such message; the bytes may be anything
     */
    Object decode(Class<?> type, ByteBuf in, References references) throws Exception;
}
