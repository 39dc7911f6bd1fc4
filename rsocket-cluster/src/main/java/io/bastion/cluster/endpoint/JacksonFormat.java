package io.bastion.cluster.endpoint;

import io.bastion.cluster.jackson.CborTags;
import io.bastion.cluster.jackson.NoClassNames;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** JSON, or CBOR, by Jackson. */
final class JacksonFormat implements DataFormat {
    private final ObjectMapper mapper;
    private final boolean tagged;

    JacksonFormat(ObjectMapper mapper) {
        this.mapper = mapper;
        this.tagged = mapper instanceof CBORMapper;
    }

    static JsonMapper json() {
        return JsonMapper.builder().polymorphicTypeValidator(new NoClassNames()).build();
    }

    static CBORMapper cbor() {
        return CBORMapper.builder().polymorphicTypeValidator(new NoClassNames()).build();
    }

    @Override
    public Object read(byte[] data, Class<?> type) {
        if (tagged) {
            CborTags.check(Unpooled.wrappedBuffer(data));
        }
        return Objects.requireNonNull(mapper.readValue(data, type), "data: null (expected: a value)");
    }

    @Override
    public byte[] write(Object value, Class<?> type) {
        return mapper.writerFor(type).writeValueAsBytes(value);
    }
}
