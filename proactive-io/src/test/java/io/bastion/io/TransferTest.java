package io.bastion.io;

import static io.bastion.io.Leftovers.proactor;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.testkit.Await;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.channel.AbortedException;

/** Files and publishers into sockets, and back. */
class TransferTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    /** A connection of the proactor's, and its other end. */
    private record Pair(Connection ours, Socket theirs) implements AutoCloseable {
        static Pair of(Proactor io) throws IOException {
            try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Connection ours = io.tcpClient()
                        .host("127.0.0.1")
                        .port(listener.getLocalPort())
                        .connectNow();
                Socket theirs = listener.accept();
                theirs.setSoTimeout((int) SOON.toMillis());
                return new Pair(ours, theirs);
            }
        }

        /** What arrives until the end. */
        CompletableFuture<Long> checksum() {
            return CompletableFuture.supplyAsync(() -> {
                CRC32 sum = new CRC32();
                byte[] block = new byte[1 << 16];
                try {
                    InputStream in = theirs.getInputStream();
                    for (int n; (n = in.read(block)) >= 0; ) {
                        sum.update(block, 0, n);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                return sum.getValue();
            });
        }

        @Override
        public void close() throws IOException {
            theirs.close();
            ours.disposeNow();
        }
    }

    private AsyncFile sparse(Proactor io, long position, byte[] content) {
        AsyncFile file = Objects.requireNonNull(
                io.open(directory.resolve("sparse"), CREATE, READ, WRITE).block(SOON));
        file.write(Mono.fromSupplier(() -> Bytes.direct(content)), position).block(SOON);
        return file;
    }

    @TransportTest
    void windowAcross4GiB_arrivesByteForByte(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        long position = (4L << 30) - 5_000_000;
        byte[] content = Bytes.random(5, 12_345_678);
        AsyncFile file = sparse(io, position, content);
        try (Pair pair = Pair.of(io)) {
            CompletableFuture<Long> arrived = pair.checksum();

            Long sent = file.transferTo(pair.ours(), ReadSpec.from(position)).block(SOON);
            pair.ours().disposeNow();

            assertThat(sent).isEqualTo(content.length);
            CRC32 expected = new CRC32();
            expected.update(content);
            assertThat(arrived.get(10, TimeUnit.SECONDS)).isEqualTo(expected.getValue());
        }
    }

    @TransportTest
    void partOfAFile_isSent(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        byte[] content = Bytes.random(5, 100_000);
        AsyncFile file = sparse(io, 0, content);
        try (Pair pair = Pair.of(io)) {
            Long sent = file.transferTo(
                            pair.ours(), ReadSpec.from(10_000).length(50_001).chunkSize(999))
                    .block(SOON);
            assertThat(sent).isEqualTo(50_001);
            assertThat(pair.theirs().getInputStream().readNBytes(50_001))
                    .isEqualTo(Arrays.copyOfRange(content, 10_000, 60_001));
        }
    }

    @TransportTest
    void slowPeer_makesTheTransferWait_withAWindowOfMemory(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        byte[] content = Bytes.random(5, 32 << 20);
        AsyncFile file = sparse(io, 0, content);
        try (Pair pair = Pair.of(io)) {
            CompletableFuture<@Nullable Long> sent =
                    file.transferTo(pair.ours(), ReadSpec.all()).toFuture();
            long before;
            do {
                before = unsent(pair);
                Mono.delay(Duration.ofMillis(300)).block();
            } while (before == 0 || before != unsent(pair));
            assertThat(sent).isNotDone();
            assertThat(before).isLessThanOrEqualTo(4L * (ReadSpec.CHUNK_SIZE + 100));

            CompletableFuture<Long> arrived = pair.checksum();
            assertThat(sent.get(10, TimeUnit.SECONDS)).isEqualTo(content.length);
            pair.ours().disposeNow();
            CRC32 expected = new CRC32();
            expected.update(content);
            assertThat(arrived.get(10, TimeUnit.SECONDS)).isEqualTo(expected.getValue());
        }
    }

    /** What has been handed to the channel and not to the kernel. */
    private static long unsent(Pair pair) {
        var pending = pair.ours().channel().unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes();
    }

    @TransportTest
    void peerThatGoesDuringATransfer_failsIt(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        AsyncFile file = sparse(io, 0, Bytes.random(5, 32 << 20));
        try (Pair pair = Pair.of(io)) {
            CompletableFuture<@Nullable Long> sent =
                    file.transferTo(pair.ours(), ReadSpec.all()).toFuture();
            pair.theirs().getInputStream().readNBytes(100_000);
            Served.reset(pair.theirs());

            assertThatThrownBy(() -> sent.get(10, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfAny(IOException.class, AbortedException.class);
        }
    }

    @TransportTest
    void cancelledTransfer_leavesNothing_andTheConnectionGoesOn(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        AsyncFile file = sparse(io, 0, Bytes.random(5, 32 << 20));
        try (Pair pair = Pair.of(io)) {
            var transfer = file.transferTo(pair.ours(), ReadSpec.all()).subscribe();
            pair.theirs().getInputStream().readNBytes(1_000);
            transfer.dispose();
            pair.ours().outbound().sendString(Mono.just("end")).then().subscribe();
            pair.ours().dispose();
            file.close().block(SOON);
        }
    }

    @TransportTest
    void publisherThatIsSentToAClosedConnection_isReleased_andFails(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        Pair pair = Pair.of(io);
        var channel = pair.ours().channel();
        Publisher<ByteBuf> slow = Flux.just("a", "b").map(Bytes::direct).concatWith(Flux.never());
        CompletableFuture<@Nullable Long> open = new ChannelWrite(channel, slow, 16).toFuture();
        assertThat(Served.receive(pair.theirs(), 2)).isEqualTo("ab");
        pair.close();

        assertThatThrownBy(() -> open.get(10, TimeUnit.SECONDS)).cause().isInstanceOf(AbortedException.class);
        assertThatThrownBy(() -> new ChannelWrite(channel, slow, 16).block(SOON))
                .isInstanceOf(AbortedException.class);
        io.close();
        assertThatThrownBy(() -> new ChannelWrite(channel, slow, 16).block(SOON))
                .isInstanceOf(AbortedException.class);
    }

    @TransportTest
    void errorOfThePublisher_comesBehindWhatItHadEmitted(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        try (Pair pair = Pair.of(io)) {
            Flux<ByteBuf> source = Flux.range(0, 1_000)
                    .map(i -> Bytes.direct("0123456789"))
                    .concatWith(Mono.error(new IllegalStateException("its own")));
            assertThatThrownBy(() -> new ChannelWrite(pair.ours().channel(), source, 16).block(SOON))
                    .hasMessage("its own");
            assertThat(Served.receive(pair.theirs(), 10_000)).isEqualTo("0123456789".repeat(1_000));
        }
    }

    @TransportTest
    void smallBuffers_areGatheredIntoFewWrites(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        try (Pair pair = Pair.of(io)) {
            AtomicInteger writes = new AtomicInteger();
            AtomicInteger flushes = new AtomicInteger();
            pair.ours().channel().pipeline().addFirst(new ChannelDuplexHandler() {
                @Override
                public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                    writes.incrementAndGet();
                    context.write(message, promise);
                }

                @Override
                public void flush(ChannelHandlerContext context) {
                    flushes.incrementAndGet();
                    context.flush();
                }
            });
            Flux<ByteBuf> small = Flux.range(0, 6_400).map(i -> Bytes.direct("x"));
            assertThat(new ChannelWrite(pair.ours().channel(), small, 64).block(SOON))
                    .isEqualTo(6_400);

            assertThat(writes).hasValue(6_400);
            assertThat(flushes.get()).isLessThanOrEqualTo(6_400 / 32);
            assertThat(Served.receive(pair.theirs(), 6_400)).isEqualTo("x".repeat(6_400));
        }
    }

    @TransportTest
    void socket_isWrittenToAFile(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        byte[] content = Bytes.random(9, 3_000_000);
        Path path = directory.resolve("copy");
        try (Pair pair = Pair.of(io)) {
            CompletableFuture<@Nullable Long> copied = io.using(
                            path,
                            file -> file.write(pair.ours().inbound().receive().retain(), 0),
                            CREATE,
                            WRITE)
                    .toFuture();
            pair.theirs().getOutputStream().write(content);
            pair.theirs().shutdownOutput();
            assertThat(copied.get(10, TimeUnit.SECONDS)).isEqualTo(content.length);
        }
        Await.until("closed", () -> io.openSockets() == 0);
        assertThat(Arrays.mismatch(Files.readAllBytes(path), content)).isEqualTo(-1);
    }
}
