package io.bastion.cluster.codec;

import io.bastion.actor.ActorRef;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.apache.fory.config.Config;
import org.apache.fory.context.ReadContext;
import org.apache.fory.context.WriteContext;
import org.apache.fory.serializer.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records that have references to actors among their components: each component with its name. Fory writes what is in a field
 * with its class, and those of references are not the same at both ends.
 */
final class RecordWithReferences<T> extends Serializer<T> {
    private final RecordComponent[] components;
    private final Method[] accessors;
    private final Constructor<T> constructor;

    RecordWithReferences(Config config, Class<T> type) {
        super(config, type);
        components = type.getRecordComponents();
        accessors = Arrays.stream(components).map(RecordComponent::getAccessor).toArray(Method[]::new);
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            constructor = type.getDeclaredConstructor(types);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
        constructor.setAccessible(true);
        for (Method accessor : accessors) {
            accessor.setAccessible(true);
        }
    }

    static boolean is(Class<?> type) {
        return type.isRecord()
                && Arrays.stream(type.getRecordComponents())
                        .anyMatch(component -> component.getType() == ActorRef.class);
    }

    @Override
    public void write(WriteContext context, T message) {
        context.writeVarUInt32(components.length);
        for (int i = 0; i < components.length; i++) {
            Object value = get(i, message);
            context.writeString(components[i].getName());
            context.writeBoolean(value instanceof ActorRef);
            if (value instanceof ActorRef<?> reference) {
                context.getBuffer().writeBytesWithSize(CurrentReferences.write(reference));
            } else {
                context.writeRef(value);
            }
        }
    }

    @Override
    public T read(ReadContext context) {
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = zero(components[i].getType());
        }
        for (int left = context.readVarUInt32(); left > 0; left--) {
            String name = context.readString();
            Object value = context.readBoolean()
                    ? CurrentReferences.read(context.getBuffer().readBytesAndSize())
                    : context.readRef();
            for (int i = 0; i < values.length; i++) {
                if (components[i].getName().equals(name)) {
                    values[i] = value;
                }
            }
        }
        try {
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type.getName() + ": " + e, e);
        }
    }

    private @Nullable Object get(int component, T message) {
        try {
            return accessors[component].invoke(message);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type.getName() + ": " + e, e);
        }
    }

    private static @Nullable Object zero(Class<?> type) {
        return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
    }
}
