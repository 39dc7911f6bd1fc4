package io.bastion.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testkit.Await;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Makes proactors for tests, closes them after each, and asserts that nothing of theirs is left. */
final class Leftovers implements AfterEachCallback {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Queue<Proactor> PROACTORS = new ConcurrentLinkedQueue<>();
    private static final Queue<ByteBuf> BUFFERS = new ConcurrentLinkedQueue<>();

    /** What streams and operations allocate their buffers from: remembers them all. */
    static final ByteBufAllocator ALLOCATOR = new Remembering();

    /** Of a proactor that is made for its files. */
    static final Supplier<SocketLoops> NO_SOCKETS = () -> {
        throw new AssertionError("sockets (expected: files only)");
    };

    /** A proactor on a backend; skips the test where there is no such backend. */
    static Proactor proactor(Backend backend) {
        return proactor(Proactor.builder().backend(backend));
    }

    /** A proactor on a transport; skips the test where there is no such transport. */
    static Proactor proactor(Transport transport) {
        return proactor(Proactor.builder().transport(transport).backend(Backend.NIO));
    }

    static Proactor proactor(Proactor.Builder builder) {
        Proactor proactor;
        try {
            proactor = builder.allocator(ALLOCATOR).build();
        } catch (IllegalStateException e) {
            Assumptions.abort("it does not work here: " + e.getMessage());
            throw e;
        }
        return closeLater(proactor);
    }

    static Proactor closeLater(Proactor proactor) {
        PROACTORS.add(proactor);
        return proactor;
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        for (Proactor proactor; (proactor = PROACTORS.poll()) != null; ) {
            proactor.close();
            assertThat(proactor.openFiles()).isZero();
            assertThat(proactor.openSockets()).isZero();
        }
        try {
            // A cancelled operation lets go of its buffer when it has ended.
            Await.until(() -> "buffers released: " + unreleased(), () -> unreleased() == 0);
        } finally {
            BUFFERS.clear();
        }
    }

    private static long unreleased() {
        return BUFFERS.stream().filter(buffer -> buffer.refCnt() > 0).count();
    }

    /** How many descriptors of files below a directory the process has. */
    static long descriptors(Path below) {
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return all.filter(descriptor -> leadsBelow(descriptor, below)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean hasDescriptors() {
        return Files.isDirectory(DESCRIPTORS);
    }

    private static boolean leadsBelow(Path descriptor, Path below) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(below);
        } catch (IOException gone) {
            return false;
        }
    }

    private static final class Remembering extends AbstractByteBufAllocator {
        Remembering() {
            super(true);
        }

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            return remember(UnpooledByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity));
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            return remember(UnpooledByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity));
        }

        private static ByteBuf remember(ByteBuf buffer) {
            BUFFERS.add(buffer);
            return buffer;
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }
}
