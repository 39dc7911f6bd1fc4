package io.bastion.cluster.codec;

import io.netty.buffer.ByteBuf;

/** One way to write messages as bytes. Thread-safe. */
public interface MessageCodec {
    /** Its name in the protocol: both ends must have a codec of that name, and then understand each other. */
    String id();

    /** Whether it can write and read messages of a type; asked once, when the type is registered. */
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
     * @throws Exception if that is no such message; the bytes may be anything
     */
    Object decode(Class<?> type, ByteBuf in, References references) throws Exception;
}
