package io.bastion.cluster.codec;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufOutputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Messages that protoc has made. A reference to an actor would be a field of bytes, filled by {@link References#write}. */
final class ProtobufCodec implements MessageCodec {
    private final Map<Class<?>, Parser<?>> parsers = new ConcurrentHashMap<>();

    @Override
    public String id() {
        return "protobuf";
    }

    @Override
    public boolean canEncode(Class<?> type) {
        return MessageLite.class.isAssignableFrom(type);
    }

    @Override
    public void encode(Object message, ByteBuf out, References references) throws Exception {
        ((MessageLite) message).writeTo(new ByteBufOutputStream(out));
    }

    @Override
    public Object decode(Class<?> type, ByteBuf in, References references) throws Exception {
        return parsers.computeIfAbsent(type, ProtobufCodec::parser).parseFrom(new ByteBufInputStream(in));
    }

    private static Parser<?> parser(Class<?> type) {
        try {
            MessageLite empty =
                    (MessageLite) type.getMethod("getDefaultInstance").invoke(null);
            return empty.getParserForType();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("type: " + type.getName() + " (expected: made by protoc)", e);
        }
    }
}
