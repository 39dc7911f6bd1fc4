package io.bastion.cluster.codec;

import io.bastion.actor.ActorRef;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Collects the types of messages.
 *
 * <p>The name of a type, if none is given, is made of its simple name and those of the classes around it: {@code Shop.PlaceOrder} is
 * {@code shop.place-order}. It is what nodes of several versions have in common, so give it when a class is renamed. Registering a
 * class again replaces what was registered. Not thread-safe.
 */
public final class MessageTypesBuilder {
    private record Entry(String name, @Nullable MessageCodec codec) {}

    private final Map<Class<?>, Entry> entries = new LinkedHashMap<>();
    private final MessageCodec cbor = new CborCodec();
    private MessageCodec defaultCodec = cbor;

    MessageTypesBuilder() {
        for (Class<?> type : List.of(
                String.class,
                Boolean.class,
                Character.class,
                Byte.class,
                Short.class,
                Integer.class,
                Long.class,
                Float.class,
                Double.class,
                BigInteger.class,
                BigDecimal.class,
                UUID.class,
                Instant.class,
                Duration.class,
                ActorRef.class)) {
            entries.put(type, new Entry(WireNames.byDefault(type), cbor));
        }
        entries.put(byte[].class, new Entry("bytes", cbor));
    }

    /** The codec of all types that are registered without one; a {@link CborCodec} by default. */
    public MessageTypesBuilder defaultCodec(MessageCodec codec) {
        defaultCodec = codec;
        return this;
    }

    /** Adds a class under its own name; all permitted classes of a sealed one, which themselves may be sealed. */
    public MessageTypesBuilder register(Class<?> type) {
        return add(type, null, null);
    }

    /** As {@link #register(Class)}, with a codec of its own. */
    public MessageTypesBuilder register(Class<?> type, MessageCodec codec) {
        return add(type, null, codec);
    }

    /** Adds a class under that name. */
    public MessageTypesBuilder register(String name, Class<?> type) {
        return add(type, name, null);
    }

    /** Adds a class under that name, with a codec of its own. */
    public MessageTypesBuilder register(String name, Class<?> type, MessageCodec codec) {
        return add(type, name, codec);
    }

    /**
     * The types as they are now.
     *
     * @throws IllegalArgumentException if two have the same name, or the same number on the wire, or if a codec cannot write a type
     */
    public MessageTypes build() {
        Map<String, Class<?>> names = new HashMap<>();
        entries.forEach((type, entry) -> {
            Class<?> other = names.put(entry.name(), type);
            if (other != null) {
                throw new IllegalArgumentException("name: " + entry.name() + " of " + type.getName()
                        + " (expected: another one, it is that of " + other.getName() + ")");
            }
        });
        Map<MessageCodec, MessageCodec> informed = new HashMap<>();
        UnaryOperator<MessageCodec> inform = codec -> codec.with(Map.copyOf(names));
        List<RegisteredType> types = new ArrayList<>();
        entries.forEach((type, entry) -> {
            MessageCodec codec = informed.computeIfAbsent(entry.codec() == null ? defaultCodec : entry.codec(), inform);
            if (!codec.canEncode(type)) {
                throw new IllegalArgumentException(
                        "type: " + type.getName() + " (expected: one that the codec " + codec.id() + " can write)");
            }
            types.add(RegisteredType.of(entry.name(), type, codec));
        });
        return new MessageTypes(types);
    }

    private MessageTypesBuilder add(Class<?> type, @Nullable String name, @Nullable MessageCodec codec) {
        if (!isAbstract(type)) {
            entries.put(type, new Entry(name == null ? WireNames.byDefault(type) : name, codec));
        } else if (!type.isSealed() || name != null) {
            throw new IllegalArgumentException("type: " + type.getName()
                    + (name == null
                            ? " (expected: a class of which there are instances, or a sealed one)"
                            : " (expected: a class of which there are instances, for the name " + name + ")"));
        }
        addPermitted(type, codec);
        return this;
    }

    /* What was registered by itself stays so. */
    private void addPermitted(Class<?> type, @Nullable MessageCodec codec) {
        if (type.isEnum() || !type.isSealed()) {
            return;
        }
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            if (!isAbstract(permitted)) {
                entries.putIfAbsent(permitted, new Entry(WireNames.byDefault(permitted), codec));
            } else if (!permitted.isSealed()) {
                throw new IllegalArgumentException("type: " + type.getName()
                        + " (expected: one whose permitted classes are known, " + permitted.getName() + " is open)");
            }
            addPermitted(permitted, codec);
        }
    }

    /* An enum whose constants have bodies may be abstract, an array is. */
    private static boolean isAbstract(Class<?> type) {
        return type.isPrimitive()
                || Modifier.isAbstract(type.getModifiers()) && !type.isEnum() && !type.isArray()
                || type == Object.class;
    }
}
