package io.bastion.cluster.codec;

import io.bastion.actor.ActorRef;
import io.netty.buffer.ByteBuf;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** References to actors as their numbers in a list that both ends share. */
class TestReferences implements References {
    private final List<ActorRef<?>> actors = new CopyOnWriteArrayList<>();

    /** A reference that is good for being written and read. */
    @SuppressWarnings("unchecked")
    <M> ActorRef<M> any() {
        return (ActorRef<M>) Proxy.newProxyInstance(
                ActorRef.class.getClassLoader(),
                new Class<?>[] {ActorRef.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "any";
                });
    }

    @Override
    public void write(ActorRef<?> reference, ByteBuf out) {
        int index = actors.indexOf(reference);
        if (index < 0) {
            actors.add(reference);
            index = actors.indexOf(reference);
        }
        out.writeInt(index);
    }

    @Override
    public ActorRef<?> read(ByteBuf in) {
        int index = in.readableBytes() < Integer.BYTES ? -1 : in.readInt();
        if (index < 0 || index >= actors.size()) {
            throw new IllegalArgumentException("reference: " + index + " (expected: < " + actors.size() + ")");
        }
        return actors.get(index);
    }
}
