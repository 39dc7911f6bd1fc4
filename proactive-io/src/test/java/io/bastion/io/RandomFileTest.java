package io.bastion.io;

import static io.bastion.io.Leftovers.proactor;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Random operations on a file, against a plain array as the model. The window of the file that they happen in lies across 4 GiB,
 * in a sparse file. A failure names the seed; {@code -Dbastion.io.seed} runs it again.
 */
class RandomFileTest {
    private static final int WIDTH = 600_000;
    private static final long START = (4L << 30) - WIDTH / 2;

    @TempDir
    Path directory;

    @BackendTest
    void randomOperations_agreeWithAModel(Backend backend) {
        long first = Long.getLong("bastion.io.seed", System.nanoTime());
        int runs = System.getProperty("bastion.io.seed") == null ? 5 : 1;
        Proactor io = proactor(backend);
        for (long seed = first; seed < first + runs; seed++) {
            try {
                new Run(io, directory.resolve("f" + seed), seed).run();
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + " on " + backend + ": " + e.getMessage(), e);
            }
        }
    }

    private static final class Run {
        private final Random random;
        private final AsyncFile file;
        private final byte[] model = new byte[WIDTH];

        /** The file's length within the window; before it there is nothing. */
        private int length;

        Run(Proactor io, Path path, long seed) {
            this.random = new Random(seed);
            this.file = Objects.requireNonNull(
                    io.open(path, CREATE_NEW, READ, WRITE, SPARSE).block());
        }

        void run() {
            for (int i = 0; i < 150; i++) {
                int kind = random.nextInt(10);
                switch (kind) {
                    case 0, 1 -> write();
                    case 2 -> writev();
                    case 3 -> writeStream();
                    case 4 -> parallelWrites();
                    case 5 -> readv();
                    case 6 -> readStream();
                    case 7 -> truncate();
                    case 8 -> file.fdatasync().block();
                    default -> read();
                }
            }
            readAll();
            assertThat(file.size().block()).isEqualTo(START + length);
            file.close().block();
        }

        private int position() {
            return random.nextInt(WIDTH);
        }

        private int upTo(int position, int most) {
            return Math.min(1 + random.nextInt(most), WIDTH - position);
        }

        /** Direct, heap, or in two pieces. */
        private ByteBuf content(byte[] bytes) {
            return switch (random.nextInt(3)) {
                case 0 -> Bytes.direct(bytes);
                case 1 -> Unpooled.wrappedBuffer(bytes);
                default ->
                    Unpooled.wrappedBuffer(
                            Bytes.direct(Arrays.copyOf(bytes, bytes.length / 2)),
                            Bytes.direct(Arrays.copyOfRange(bytes, bytes.length / 2, bytes.length)));
            };
        }

        private byte[] note(int position, byte[] bytes) {
            System.arraycopy(bytes, 0, model, position, bytes.length);
            length = Math.max(length, position + bytes.length);
            return bytes;
        }

        private void write() {
            int at = position();
            byte[] bytes = note(at, Bytes.random(random.nextLong(), upTo(at, 100_000)));
            if (random.nextBoolean()) {
                ByteBuf buffer = content(bytes);
                assertThat(file.write(buffer, START + at).block()).isEqualTo(bytes.length);
                buffer.release();
            } else {
                assertThat(file.position(START + at)
                                .write(Unpooled.wrappedBuffer(bytes))
                                .block())
                        .isEqualTo(bytes.length);
                assertThat(file.position()).isEqualTo(START + at + bytes.length);
            }
        }

        private List<ByteBuf> pieces(int at, int most) {
            List<ByteBuf> pieces = new ArrayList<>();
            int next = at;
            for (int i = random.nextInt(most); i >= 0 && next < WIDTH; i--) {
                byte[] bytes = note(next, Bytes.random(random.nextLong(), upTo(next, 3_000)));
                pieces.add(content(bytes));
                next += bytes.length;
            }
            return pieces;
        }

        private void writev() {
            int at = position();
            List<ByteBuf> pieces = pieces(at, 100);
            file.writev(pieces, START + at).block();
            pieces.forEach(ByteBuf::release);
        }

        private void writeStream() {
            int at = position();
            file.write(Flux.fromIterable(pieces(at, 300)), START + at).block();
        }

        /** Beside each other, where they do not meet. */
        private void parallelWrites() {
            int at = position();
            List<Mono<Integer>> writes = new ArrayList<>();
            List<ByteBuf> buffers = new ArrayList<>();
            for (int i = 0; i < 32 && at + 1_000 <= WIDTH; i++, at += 1_000) {
                ByteBuf buffer = content(note(at, Bytes.random(random.nextLong(), 1_000)));
                buffers.add(buffer);
                writes.add(file.write(buffer, START + at));
            }
            Flux.merge(writes).blockLast();
            buffers.forEach(ByteBuf::release);
        }

        private void read() {
            int at = position();
            int most = upTo(at, 100_000);
            ByteBuffer target = random.nextBoolean() ? ByteBuffer.allocate(most) : ByteBuffer.allocateDirect(most);
            Integer bytes = file.read(target, START + at).block();
            int expected = Math.min(most, length - at);
            assertThat(bytes).isEqualTo(expected <= 0 ? -1 : expected);
            assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(model, at, Math.max(expected, 0)));
        }

        private void readv() {
            int at = position();
            List<ByteBuf> targets = new ArrayList<>();
            int room = 0;
            for (int i = random.nextInt(20); i >= 0; i--) {
                int each = random.nextInt(5_000);
                room += each;
                targets.add(random.nextBoolean() ? Bytes.room(each) : Unpooled.buffer(each, each));
            }
            file.readv(targets, START + at).block();
            ByteBuf all = Unpooled.wrappedBuffer(targets.toArray(new ByteBuf[0]));
            int expected = Math.max(0, Math.min(room, length - at));
            assertThat(all).isEqualTo(Unpooled.wrappedBuffer(model, at, expected));
            all.release();
        }

        private void readStream() {
            int at = position();
            int most = upTo(at, 300_000);
            ReadSpec spec = new ReadSpec(START + at, most, 1 + random.nextInt(50_000), 1 + random.nextInt(6));
            compare(at, Math.max(0, Math.min(most, length - at)), spec);
        }

        private void readAll() {
            compare(0, length, ReadSpec.from(START));
        }

        private void compare(int at, int expected, ReadSpec spec) {
            ByteBuf all = Unpooled.buffer();
            file.stream(spec)
                    .doOnNext(chunk -> {
                        all.writeBytes(chunk);
                        chunk.release();
                    })
                    .blockLast();
            assertThat(all).isEqualTo(Unpooled.wrappedBuffer(model, at, expected));
        }

        private void truncate() {
            int to = position();
            if (to < length) {
                file.truncate(START + to).block();
                Arrays.fill(model, to, length, (byte) 0);
                length = to;
            }
        }
    }
}
