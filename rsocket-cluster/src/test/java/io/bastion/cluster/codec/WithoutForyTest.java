package io.bastion.cluster.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
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

    /** Loads the classes of this module anew, and none of Fory's. */
    private static final class WithoutFory extends ClassLoader {
        WithoutFory() {
            super(WithoutForyTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.apache.fory.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("io.bastion.cluster.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? define(name) : loaded;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void cbor_needsNoFory() throws Exception {
        assertThat(run("cbor")).isEqualTo("x");
    }

    @Test
    void fory_isMissedWhenItsCodecIsUsed() {
        assertThatThrownBy(() -> run("fory"))
                .isInstanceOf(InvocationTargetException.class)
                .hasCauseInstanceOf(NoClassDefFoundError.class);
    }

    private static Object run(String method) throws Exception {
        Class<?> program = new WithoutFory().loadClass(Program.class.getName());
        assertThat(program).isNotEqualTo(Program.class);
        return program.getMethod(method).invoke(null);
    }
}
