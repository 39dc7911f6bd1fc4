package io.bastion.spring;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * What the framework looks up by reflection, for native images: the builder of virtual threads, which Java 17 does not have, and
 * which methods an interceptor overrides. Actors' classes have the hints of any bean.
 */
final class BastionRuntimeHints implements RuntimeHintsRegistrar {
    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
        TypeReference builder = TypeReference.of("java.lang.Thread$Builder");
        hints.reflection()
                .registerType(Thread.class, type -> type.withMethod("ofVirtual", List.of(), ExecutableMode.INVOKE))
                .registerType(
                        builder,
                        type -> type.withMethod(
                                        "name", TypeReference.listOf(String.class, long.class), ExecutableMode.INVOKE)
                                .withMethod(
                                        "inheritInheritableThreadLocals",
                                        TypeReference.listOf(boolean.class),
                                        ExecutableMode.INVOKE)
                                .withMethod("factory", List.of(), ExecutableMode.INVOKE))
                .registerType(TypeReference.of("java.lang.Thread$Builder$OfVirtual"));
        for (String kind : List.of("Logging", "RateLimit", "CircuitBreaker")) {
            registerInterceptor(hints, TypeReference.of("io.bastion.actor." + kind + "Interceptor"));
        }
    }

    static void registerInterceptor(RuntimeHints hints, TypeReference type) {
        hints.reflection().registerType(type, MemberCategory.INVOKE_PUBLIC_METHODS);
    }
}
