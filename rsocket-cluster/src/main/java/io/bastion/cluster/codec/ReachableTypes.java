package io.bastion.cluster.codec;

import io.bastion.actor.ActorRef;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/** Finds the classes that messages consist of, by what their fields are declared as. Those of the JDK are left out. */
final class ReachableTypes {
    private final Set<Class<?>> seen = new LinkedHashSet<>();
    private final Deque<Class<?>> open = new ArrayDeque<>();

    private ReachableTypes() {}

    /** Classes of which there are instances, also those that the given ones lead to. */
    static Set<Class<?>> from(Collection<Class<?>> types) {
        ReachableTypes reachable = new ReachableTypes();
        types.forEach(reachable::add);
        while (!reachable.open.isEmpty()) {
            reachable.follow(reachable.open.remove());
        }
        reachable.seen.removeIf(type -> Modifier.isAbstract(type.getModifiers()) && !type.isEnum());
        return reachable.seen;
    }

    private void follow(Class<?> type) {
        if (type.isEnum()) {
            return;
        }
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                add(permitted);
            }
        }
        for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0) {
                    add(field.getGenericType());
                }
            }
        }
    }

    private void add(Type type) {
        if (type instanceof ParameterizedType parameterized) {
            add(parameterized.getRawType());
            for (Type argument : parameterized.getActualTypeArguments()) {
                add(argument);
            }
        } else if (type instanceof GenericArrayType array) {
            add(array.getGenericComponentType());
        } else if (type instanceof Class<?> c) {
            if (c.isArray()) {
                add(c.getComponentType());
            } else if (!c.isPrimitive()
                    && !c.getName().startsWith("java.")
                    && !ActorRef.class.isAssignableFrom(c)
                    && seen.add(c)) {
                open.add(c);
            }
        }
    }
}
