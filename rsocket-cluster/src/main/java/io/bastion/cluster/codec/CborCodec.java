package io.bastion.cluster.codec;

import io.bastion.actor.ActorRef;
import io.bastion.cluster.jackson.CborTags;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * Messages as CBOR, by Jackson: records, collections, {@code Optional}, times, and references to actors anywhere in a message.
 *
 * <p>A field whose type is sealed carries the registered name of what is in it, or the name that it would have by default. Names of
 * classes are neither written nor read, also where an annotation asks for them. A property that the reader does not know is passed
 * over, one that is missing is null, zero or an empty {@code Optional}: so nodes of several versions understand each other as far
 * as possible; a number with a fraction is no integer. What nests deeper than {@value #MAX_DEPTH} levels is neither written nor read.
 *
 * <p>Messages of a named module must be open to {@code tools.jackson.databind}. Immutable.
 */
public final class CborCodec implements MessageCodec {
    /** Levels of arrays and objects in a message. */
    public static final int MAX_DEPTH = 256;

    private final Consumer<CBORMapper.Builder> customizer;
    private final CBORMapper mapper;
    private final Map<Class<?>, ObjectWriter> writers = new ConcurrentHashMap<>();
    private final Map<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();

    /** As the text above says. */
    public CborCodec() {
        this(builder -> {});
    }

    /**
     * With modules, mix-ins or features of Jackson.
     *
     * @param customizer is called after all is set, also again for a copy of this codec
     */
    public CborCodec(Consumer<CBORMapper.Builder> customizer) {
        this(customizer, Map.of());
    }

    private CborCodec(Consumer<CBORMapper.Builder> customizer, Map<String, Class<?>> types) {
        this.customizer = customizer;
        this.mapper = CborMapper.create(types, customizer);
    }

    @Override
    public String id() {
        return "cbor";
    }

    @Override
    public MessageCodec with(Map<String, Class<?>> types) {
        return new CborCodec(customizer, types);
    }

    @Override
    public boolean canEncode(Class<?> type) {
        try {
            mapper._deserializationContext().findRootValueDeserializer(mapper.constructType(type));
            return true;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("type: " + type.getName() + " (expected: one that Jackson can read)", e);
        }
    }

    @Override
    public void encode(Object message, ByteBuf out, References references) throws Exception {
        if (message instanceof byte[] bytes) {
            CborBytes.write(bytes, out);
            return;
        }
        Class<?> type = message instanceof ActorRef ? ActorRef.class : message.getClass();
        ObjectWriter writer = writers.computeIfAbsent(type, mapper::writerFor);
        CurrentReferences.during(references, () -> {
            writer.writeValue((OutputStream) new ByteBufOutputStream(out), message);
            return out;
        });
    }

    @Override
    public Object decode(Class<?> type, ByteBuf in, References references) throws Exception {
        if (type == byte[].class && CborBytes.is(in)) {
            return CborBytes.read(in);
        }
        CborTags.check(in);
        ObjectReader reader = readers.computeIfAbsent(type, mapper::readerFor);
        return CurrentReferences.during(references, () -> {
            if (!in.hasArray()) {
                return reader.readValue((InputStream) new ByteBufInputStream(in));
            }
            int length = in.readableBytes();
            Object message = reader.readValue(in.array(), in.arrayOffset() + in.readerIndex(), length);
            in.skipBytes(length);
            return message;
        });
    }
}
