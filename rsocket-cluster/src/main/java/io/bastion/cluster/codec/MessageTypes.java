package io.bastion.cluster.codec;

import io.bastion.actor.ActorRef;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The types of which messages may come from other nodes and go to them, and the codec of each. What is not among them is neither
 * written nor read.
 *
 * <p>On the wire a type is a number of 32 bits, the CRC-32 of its name, a slash and the id of its codec; never the name of a class.
 * The types of two nodes need not be the same, but a message reaches a node only if its type is registered there too.
 *
 * <p>Registered from the start, with CBOR: {@code String}, {@code Boolean}, {@code Character}, the numbers of
 * {@code java.lang} and {@code java.math}, {@code byte[]}, {@code UUID}, {@code Instant}, {@code Duration} and references to actors.
 *
 * <p>Immutable.
 */
public final class MessageTypes {
    private final Map<Class<?>, RegisteredType> byClass;
    private final IntObjectMap<RegisteredType> byId;
    private final List<String> codecs;

    MessageTypes(Collection<RegisteredType> types) {
        Map<Class<?>, RegisteredType> classes = new HashMap<>();
        byId = new IntObjectHashMap<>(2 * types.size());
        for (RegisteredType type : types) {
            classes.put(type.type(), type);
            RegisteredType other = byId.put(type.id(), type);
            if (other != null) {
                throw new IllegalArgumentException(
                        "name: " + type.name() + " of " + type.type().getName()
                                + " (expected: another one, its number on the wire is that of " + other + ")");
            }
        }
        byClass = Map.copyOf(classes);
        codecs = types.stream()
                .map(type -> type.codec().id())
                .distinct()
                .sorted()
                .toList();
    }

    /** Begins with the types that are always registered. */
    public static MessageTypesBuilder builder() {
        return new MessageTypesBuilder();
    }

    /** Whether messages of exactly this class can be written and read: not of its superclass, nor of an interface. */
    public boolean knows(Class<?> type) {
        return find(type) != null;
    }

    /** Refuses a message that cannot be written, where it is sent. */
    public void check(Object message) {
        if (find(message.getClass()) == null) {
            throw UnregisteredTypeException.of(message.getClass());
        }
    }

    /** Ids of the codecs that the types have, sorted. */
    public List<String> codecs() {
        return codecs;
    }

    /**
     * Appends a message: the number of its type, and what the codec makes of it. If that fails, nothing was appended.
     *
     * @throws UnregisteredTypeException if its type is not registered
     * @throws EncodeException if its codec fails, whatever it throws
     */
    public void encode(Object message, ByteBuf out, References references) {
        RegisteredType type = find(message.getClass());
        if (type == null) {
            throw UnregisteredTypeException.of(message.getClass());
        }
        int start = out.writerIndex();
        try {
            out.writeInt(type.id());
            type.codec().encode(message, out, references);
        } catch (Throwable e) {
            out.writerIndex(start);
            throw new EncodeException(type, e);
        }
    }

    /**
     * Reads a message: all that is readable.
     *
     * @param in anything at all; valid until this returns
     * @throws UnregisteredTypeException if it is of a type that is not registered; nothing of it was read then
     * @throws DecodeException if it is no such message; nothing else is thrown for whatever bytes
     */
    public Object decode(ByteBuf in, References references) {
        if (in.readableBytes() < Integer.BYTES) {
            throw new DecodeException("message: " + in.readableBytes() + " bytes (expected: >= 4)", null);
        }
        int id = in.readInt();
        RegisteredType type = byId.get(id);
        if (type == null) {
            throw UnregisteredTypeException.of(id);
        }
        Object message;
        try {
            message = type.codec().decode(type.type(), in, references);
        } catch (Throwable e) {
            // Errors too: what bytes bring about, in a constructor of the message as well, is no reason to lose more
            // than them.
            throw new DecodeException(type + " cannot be read: " + e, e);
        }
        if (message == null || find(message.getClass()) != type || in.isReadable()) {
            throw new DecodeException(type + " cannot be read: that is not all, or something else", null);
        }
        return message;
    }

    private @Nullable RegisteredType find(Class<?> type) {
        RegisteredType found = byClass.get(type);
        return found != null ? found : byClass.get(registeredAs(type));
    }

    /* The class of an enum constant with a body, and that of a reference, are not those that people know. */
    private static Class<?> registeredAs(Class<?> type) {
        Class<?> parent = type.getSuperclass();
        if (parent != null && parent.isEnum()) {
            return parent;
        }
        return ActorRef.class.isAssignableFrom(type) ? ActorRef.class : type;
    }
}
