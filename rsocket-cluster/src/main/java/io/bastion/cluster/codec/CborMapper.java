package io.bastion.cluster.codec;

import io.bastion.actor.ActorRef;
import io.bastion.cluster.jackson.NoClassNames;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORMapper;

/** How Jackson is set up for messages. */
final class CborMapper {
    private CborMapper() {}

    static CBORMapper create(Map<String, Class<?>> types, Consumer<CBORMapper.Builder> customizer) {
        CBORFactory factory = CBORFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(CborCodec.MAX_DEPTH)
                        .build())
                .streamWriteConstraints(StreamWriteConstraints.builder()
                        .maxNestingDepth(CborCodec.MAX_DEPTH)
                        .build())
                .recyclerPool(JsonRecyclerPools.threadLocalPool())
                .build();
        CBORMapper.Builder builder = CBORMapper.builder(factory)
                .annotationIntrospector(new SealedTypes(new WireNames(types)))
                .polymorphicTypeValidator(new NoClassNames())
                .enable(MapperFeature.INFER_RECORD_GETTERS_FROM_COMPONENTS_ONLY)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                // also because it takes long for 1e65535
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
                .disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING)
                .addModule(new SimpleModule("bastion")
                        .addSerializer(new ReferenceSerializer())
                        .addDeserializer(ActorRef.class, new ReferenceDeserializer()));
        customizer.accept(builder);
        return builder.build();
    }

    private static final class ReferenceSerializer extends StdSerializer<ActorRef<?>> {
        ReferenceSerializer() {
            super(ActorRef.class, false);
        }

        @Override
        public void serialize(ActorRef<?> reference, JsonGenerator generator, SerializationContext context) {
            generator.writeBinary(CurrentReferences.write(reference));
        }
    }

    private static final class ReferenceDeserializer extends StdDeserializer<ActorRef<?>> {
        ReferenceDeserializer() {
            super(ActorRef.class);
        }

        @Override
        public ActorRef<?> deserialize(JsonParser parser, DeserializationContext context) {
            return CurrentReferences.read(parser.getBinaryValue());
        }
    }
}
