package io.bastion.cluster.codec;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.jsontype.NamedType;

/** Sealed types are written with names, as if they had annotations that said so. Those that people have written go first. */
final class SealedTypes extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    private static final JsonTypeInfo.Value BY_NAME =
            JsonTypeInfo.Value.construct(JsonTypeInfo.Id.NAME, JsonTypeInfo.As.WRAPPER_ARRAY, null, null, false, true);

    private final transient WireNames names;

    SealedTypes(WireNames names) {
        this.names = names;
    }

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
        JsonTypeInfo.Value annotation = super.findPolymorphicTypeInfo(config, annotated);
        return annotation == null && annotated instanceof AnnotatedClass && isSealed(annotated.getRawType())
                ? BY_NAME
                : annotation;
    }

    @Override
    public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
        if (!(annotated instanceof AnnotatedClass) || !isSealed(annotated.getRawType())) {
            return super.findSubtypes(config, annotated);
        }
        List<NamedType> subtypes = new ArrayList<>();
        collect(annotated.getRawType(), subtypes);
        return subtypes;
    }

    private void collect(Class<?> type, List<NamedType> into) {
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            into.add(new NamedType(permitted, names.of(permitted)));
            if (isSealed(permitted)) {
                collect(permitted, into);
            }
        }
    }

    /* Some of the JDK's types are sealed, too, and written in their own way; an enum is when its constants have bodies. */
    private static boolean isSealed(Class<?> type) {
        return type.isSealed() && !type.isEnum() && !type.getName().startsWith("java.");
    }
}
