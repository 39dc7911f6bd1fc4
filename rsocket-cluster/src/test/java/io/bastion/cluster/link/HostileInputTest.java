package io.bastion.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.cluster.security.LinkSecurity;
import io.bastion.testkit.Await;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Whoever sends what is none loses its connection, and nobody else anything. */
class HostileInputTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ATTACKS = Integer.getInteger("bastion.attacks", 60);

    /** For what says nothing: several attacks are over only then. */
    private static final RSocketSettings IMPATIENT =
            RSocketLinkTest.settings(Duration.ofSeconds(3), LinkSecurity.loopback());

    private final Scheduler scheduler = Schedulers.newSingle("hostile-test", true);
    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    private final NodeLinks server = links(1);
    private final NodeLinks good = links(2);
    private final Traffic traffic = new Traffic();

    /** Why the good link has ended. */
    private volatile String end = "";

    private NodeLinks links(long uid) {
        return links(uid, IMPATIENT, scheduler);
    }

    private static NodeLinks links(long uid, RSocketSettings settings, Scheduler scheduler) {
        return new NodeLinks(new RSocketTransport(settings), LinkContract.settings(uid), () -> true, scheduler);
    }

    /** All that is loaded for a first handshake may take longer than an impatient one waits. */
    @BeforeAll
    static void linkOnceInPatience() {
        Scheduler scheduler = Schedulers.newSingle("first-link", true);
        NodeLinks one = links(1, RSocketLinkTest.SETTINGS, scheduler);
        NodeLinks other = links(2, RSocketLinkTest.SETTINGS, scheduler);
        one.open().block(PATIENCE);
        other.open().block(PATIENCE);
        one.to(other.self()).block(PATIENCE);
        one.close("linked once").block(PATIENCE);
        other.close("linked once").block(PATIENCE);
        scheduler.dispose();
    }

    /** Numbers in order, each of them once. */
    private static final class Traffic extends BaseSubscriber<ByteBuf> {
        final AtomicLong received = new AtomicLong();
        volatile boolean broken;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(32);
        }

        @Override
        protected void hookOnNext(ByteBuf batch) {
            long next = batch.readLong();
            broken |= next != received.getAndIncrement();
            batch.release();
            request(1);
        }

        @Override
        protected void hookOnComplete() {
            broken = true;
        }
    }

    @BeforeEach
    void link() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        server.open().block(Await.BOUND);
        good.open().block(Await.BOUND);
        good.addListener(new LinkListener() {
            @Override
            public void down(Link ended, String reason) {
                end = reason;
            }
        });
        Link link = Objects.requireNonNull(good.to(server.self()).block(Await.BOUND));
        Await.until("up", () -> server.with(good.self()) != null);
        Objects.requireNonNull(server.with(good.self())).lane(0, Flux.never()).subscribe(traffic);
        link.lane(0, Flux.generate(() -> 0L, (n, sink) -> {
                    sink.next(PooledByteBufAllocator.DEFAULT.buffer(8).writeLong(n));
                    return n + 1;
                }))
                .subscribe(ByteBuf::release);
        expectTraffic();
    }

    private void expectTraffic() {
        long before = traffic.received.get();
        Await.until(() -> "traffic goes on; the link has ended: " + end, () -> traffic.received.get() > before + 100);
        assertThat(traffic.broken).isFalse();
        assertThat(end).isEmpty();
    }

    @AfterEach
    void close() {
        boolean broken = traffic.broken;
        good.close("test is over").block(Await.BOUND);
        server.close("test is over").block(Await.BOUND);
        scheduler.dispose();
        ResourceLeakDetector.setLevel(level);
        assertThat(broken).isFalse();
    }

    private Socket dial() throws IOException {
        return dial(server);
    }

    private static Socket dial(NodeLinks node) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.self().port());
        socket.setSoTimeout(4 * (int) Await.BOUND.toMillis());
        return socket;
    }

    /** Reads until the other end closes; fails if it does not. */
    private static void expectClosed(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        try {
            while (in.read() >= 0) {
                // what it answers does not matter
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("still open", e);
        } catch (IOException e) {
            // reset: closed too
        }
    }

    /** What a node sends: all frames from its SETUP to the batches of a lane. */
    private List<byte[]> recorded() throws IOException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ServerSocket proxy = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> relay(proxy, bytes), "proxy");
            thread.start();
            NodeLinks victim = links(3);
            victim.open().block(Await.BOUND);
            Link link = Objects.requireNonNull(
                    victim.to("127.0.0.1:" + proxy.getLocalPort()).block(Await.BOUND));
            Await.until("up", () -> server.with(victim.self()) != null);
            Link there = Objects.requireNonNull(server.with(victim.self()));
            LinkContract.Taken taken = LinkContract.take(there.lane(1, Flux.never()), 100);
            link.lane(
                            1,
                            Flux.range(0, 20)
                                    .map(i -> PooledByteBufAllocator.DEFAULT
                                            .buffer()
                                            .writeBytes(("batch " + i).getBytes(StandardCharsets.US_ASCII))))
                    .subscribe(ByteBuf::release);
            link.push(PooledByteBufAllocator.DEFAULT.buffer().writeInt(7));
            Await.until("batches", () -> taken.values.size() == 20);
            victim.close("recorded").block(Await.BOUND);
            Await.until("down", () -> server.with(victim.self()) == null);
            thread.join(Await.BOUND.toMillis());
        }
        List<byte[]> frames = new ArrayList<>();
        ByteBuffer all = ByteBuffer.wrap(bytes.toByteArray());
        while (all.remaining() > 3) {
            int length = (all.get(all.position()) & 0xFF) << 16 | all.getShort(all.position() + 1) & 0xFFFF;
            byte[] frame = new byte[Math.min(length + 3, all.remaining())];
            all.get(frame);
            frames.add(frame);
        }
        assertThat(frames).hasSizeGreaterThan(20);
        return frames;
    }

    private void relay(ServerSocket proxy, ByteArrayOutputStream record) {
        try (Socket from = proxy.accept();
                Socket to = dial()) {
            Thread back = new Thread(() -> copy(to, from, new ByteArrayOutputStream()), "proxy back");
            back.start();
            copy(from, to, record);
            back.join(Await.BOUND.toMillis());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(Socket from, Socket to, ByteArrayOutputStream record) {
        byte[] buffer = new byte[8192];
        try {
            for (int n; (n = from.getInputStream().read(buffer)) >= 0; ) {
                record.write(buffer, 0, n);
                to.getOutputStream().write(buffer, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // one of them has closed
        }
    }

    private static byte[] mutated(List<byte[]> session, Random random) {
        List<byte[]> frames = new ArrayList<>(session);
        int mutations = 1 + random.nextInt(4);
        for (int i = 0; i < mutations; i++) {
            int at = random.nextInt(frames.size());
            byte[] frame = frames.get(at).clone();
            switch (random.nextInt(8)) {
                case 0 -> frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> frame[random.nextInt(frame.length)] = (byte) random.nextInt();
                case 2 ->
                    frame = Arrays.copyOf(frame, random.nextInt(frame.length)); // the next one is taken for its rest
                case 3 -> frame[random.nextInt(Math.min(3, frame.length))] = (byte) 0xFF; // too long
                case 4 -> frames.add(random.nextInt(frames.size()), frame); // twice
                case 5 -> frames.remove(at);
                case 6 -> frames.add(at, garbage(random));
                default -> frames.set(random.nextInt(frames.size()), frame); // in another place
            }
            if (at < frames.size()) {
                frames.set(at, frame);
            }
            if (frames.isEmpty()) {
                frames.add(garbage(random));
            }
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        frames.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] garbage(Random random) {
        byte[] garbage = new byte[1 + random.nextInt(300)];
        random.nextBytes(garbage);
        return garbage;
    }

    @Test
    void sessions_thatAreReplayedWithErrors_costTheirConnectionsOnly() throws Exception {
        long seed = Long.getLong("bastion.seed", new Random().nextLong());
        System.out.println("replay with -Dbastion.seed=" + seed);
        Random random = new Random(seed);
        List<byte[]> session = recorded();
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < ATTACKS; i++) {
            byte[] attack = random.nextInt(10) == 0 ? garbage(random) : mutated(session, random);
            Socket socket = dial();
            try {
                OutputStream out = socket.getOutputStream();
                out.write(attack);
            } catch (IOException e) {
                // closed already
            }
            if (random.nextBoolean()) {
                socket.close();
            } else {
                open.add(socket);
            }
            if (open.size() > 20) {
                for (Socket s : open) {
                    s.shutdownOutput();
                    s.close();
                }
                open.clear();
                expectTraffic();
            }
        }
        for (Socket s : open) {
            expectClosed(s); // by a handshake that does not come, or a heartbeat
            s.close();
        }
        expectTraffic();
        assertThat(server.with(good.self())).isNotNull();
    }

    @Test
    void connection_thatSaysNothing_isClosed() throws IOException {
        try (Socket socket = dial()) {
            expectClosed(socket);
        }
        expectTraffic();
    }

    @Test
    void connections_beyondThoseThatMayBeHalfOpen_areClosedAtOnce() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 2 * RSocketLinkTest.SETTINGS.maxHalfOpen(); i++) {
            sockets.add(dial());
        }
        for (Socket socket : sockets) {
            expectClosed(socket);
            socket.close();
        }
        expectTraffic();
    }

    @Test
    void frame_thatIsTooLong_endsItsConnectionAtOnce() throws IOException {
        NodeLinks patient = links(3, RSocketLinkTest.settings(Duration.ofHours(1), LinkSecurity.loopback()), scheduler);
        patient.open().block(Await.BOUND);
        try (Socket socket = dial(patient)) {
            socket.getOutputStream().write(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0, 0, 0, 0});
            expectClosed(socket);
        }
        patient.close("test is over").block(Await.BOUND);
    }

    @Test
    void session_thatIsReplayedAsItWas_costsNobodyElse() throws Exception {
        List<byte[]> session = recorded();
        try (Socket socket = dial()) {
            for (byte[] frame : session) {
                socket.getOutputStream().write(frame);
            }
            expectClosed(socket);
        } catch (IOException e) {
            // closed while it was being written
        }
        expectTraffic();
    }
}
