package io.bastion.cluster.codec;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** What {@link MessageTypes} knows of a type. */
record RegisteredType(int id, String name, Class<?> type, MessageCodec codec) {
    static RegisteredType of(String name, Class<?> type, MessageCodec codec) {
        return new RegisteredType(id(name, codec), name, type, codec);
    }

    /* The codec is in it, so that two ends that disagree about it find the type unregistered, instead of reading nonsense. */
    private static int id(String name, MessageCodec codec) {
        return checksum(name + '/' + codec.id());
    }

    static int checksum(String name) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return name + " (" + type.getName() + ", " + codec.id() + ")";
    }
}
