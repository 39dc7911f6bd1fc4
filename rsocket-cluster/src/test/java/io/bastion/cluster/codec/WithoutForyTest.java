package io.bastion.cluster.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WithoutForyTest {
    /** A program that is run where there is no Fory. */
    public static final class Program {
        private Program() {}

        public static Object cbor() {
            TestReferences references = new TestReferences();
            MessageTypes types = MessageTypes.builder().register(Shop.class).build();
            ByteBuf bytes = Unpooled.buffer();
            types.encode(new Shop.Payment.Invoice("x").address(), bytes, references);
            return types.decode(bytes, references);
        }

        public static Object fory() {
            return MessageTypes.builder().register(Shop.class, new ForyCodec()).build();
        }
    }

    @Test
    void cbor_needsNoFory() throws Exception {
        try (URLClassLoader loader = withoutFory()) {
            assertThatThrownBy(() -> loader.loadClass("org.apache.fory.Fory"))
                    .isInstanceOf(ClassNotFoundException.class);
            assertThat(run(loader, "cbor")).isEqualTo("x");
        }
    }

    @Test
    void fory_isMissedWhenItsCodecIsUsed() throws Exception {
        try (URLClassLoader loader = withoutFory()) {
            assertThatThrownBy(() -> run(loader, "fory"))
                    .isInstanceOf(InvocationTargetException.class)
                    .hasCauseInstanceOf(NoClassDefFoundError.class);
        }
    }

    private static Object run(ClassLoader loader, String method) throws Exception {
        return loader.loadClass(Program.class.getName()).getMethod(method).invoke(null);
    }

    private static URLClassLoader withoutFory() {
        URL[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("fory-core"))
                .map(WithoutForyTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(String entry) {
        try {
            return new File(entry).toURI().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
