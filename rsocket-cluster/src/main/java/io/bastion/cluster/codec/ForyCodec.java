package io.bastion.cluster.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.ByteBufUtil;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;
import org.apache.fory.Fory;
import org.apache.fory.ThreadSafeFory;
import org.apache.fory.memory.MemoryBuffer;
import org.apache.fory.memory.MemoryUtils;
import org.jspecify.annotations.Nullable;

/**
 * Messages by Apache Fory, several times as fast as CBOR. It needs {@code org.apache.fory:fory-core}, which does not come with this
 * module by itself.
 *
 * <p>The classes that a message consists of are registered with Fory as their fields say: those of fields, of type arguments, and
 * what is permitted of sealed ones; nothing else is written or read. A field of an open type takes only what is registered as a
 * message. References to actors may be components of records, but not elements of collections or fields of other classes. Fields
 * that are missing at one end are passed over, or null, as with {@link CborCodec}; what refers to itself cannot be written.
 *
 * <p>Only for nodes that trust each other: Fory generates code, and its many readers of the JDK's own classes were made for speed
 * rather than to stand hostile bytes. {@link CborCodec} is the better choice where a node may be taken over.
 *
 * <p>There is one Fory for each thread that uses the codec: nothing waits for another thread. Immutable.
 */
public final class ForyCodec implements MessageCodec {
    private static final int MAX_DEPTH = 256;
    private static final long MAX_MEMORY = 64 << 20;

    private final Set<Class<?>> types;
    private final @Nullable ThreadSafeFory fory;

    /** For {@link MessageTypesBuilder}; can write nothing by itself. */
    public ForyCodec() {
        types = Set.of();
        fory = null;
    }

    private ForyCodec(Map<String, Class<?>> named) {
        types = ReachableTypes.from(named.values());
        fory = Fory.builder()
                .withXlang(false)
                .requireClassRegistration(true)
                .withCompatible(true)
                .withRefTracking(false)
                .withDeserializeUnknownClass(false)
                .withMaxDepth(MAX_DEPTH)
                .withMaxGraphMemoryBytes(MAX_MEMORY)
                .suppressClassRegistrationWarnings(true)
                .buildThreadLocalFory();
        WireNames names = new WireNames(named);
        for (Class<?> type : types) {
            fory.register(type, RegisteredType.checksum(names.of(type)));
            if (RecordWithReferences.is(type)) {
                fory.registerSerializer(type, resolver -> new RecordWithReferences<>(resolver.getConfig(), type));
            }
        }
    }

    @Override
    public String id() {
        return "fory";
    }

    @Override
    public MessageCodec with(Map<String, Class<?>> types) {
        return new ForyCodec(types);
    }

    @Override
    public boolean canEncode(Class<?> type) {
        return types.contains(type) || type.getName().startsWith("java.") || type.isArray();
    }

    @Override
    public void encode(Object message, ByteBuf out, References references) throws Exception {
        CurrentReferences.during(references, () -> {
            fory().serialize((OutputStream) new ByteBufOutputStream(out), message);
            return out;
        });
    }

    @Override
    public Object decode(Class<?> type, ByteBuf in, References references) throws Exception {
        MemoryBuffer bytes = MemoryUtils.wrap(ByteBufUtil.getBytes(in));
        return CurrentReferences.during(references, () -> {
            Object message = fory().deserialize(bytes);
            in.skipBytes(bytes.readerIndex());
            return message;
        });
    }

    private ThreadSafeFory fory() {
        if (fory == null) {
            throw new IllegalStateException(
                    "types: none (expected: those of MessageTypes, which were built with this codec)");
        }
        return fory;
    }
}
