package io.bastion.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.cluster.security.LinkSecurity;
import io.bastion.testkit.Await;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class RSocketLinkTest extends LinkContract {
    static final RSocketSettings SETTINGS = settings(Duration.ofSeconds(20), LinkSecurity.loopback());

    static RSocketSettings settings(Duration handshakeTimeout, LinkSecurity security) {
        return new RSocketSettings(
                HOST, 0, 1, 64 << 10, 1 << 20, Duration.ofMillis(50), 40, 120, handshakeTimeout, 64, security);
    }

    private final Scheduler scheduler = Schedulers.newSingle("links-test", true);

    @Override
    LinkTransport transport() {
        return new RSocketTransport(SETTINGS);
    }

    @Override
    Scheduler scheduler() {
        return scheduler;
    }

    @Override
    int rounds() {
        return 50;
    }

    @Override
    void until(BooleanSupplier condition) {
        Await.until("what the test waits for", condition);
    }

    @Override
    void end() {
        scheduler.dispose();
    }

    private ByteBuf bytes(int n) {
        ByteBuf bytes = PooledByteBufAllocator.DEFAULT.buffer(n);
        for (int i = 0; i < n; i++) {
            bytes.writeByte(i % 251);
        }
        return bytes;
    }

    @Test
    void batch_longerThanAFrame_arrivesWhole() {
        Pair pair = pair();
        int n = 5 * SETTINGS.maxFrame() + 7;
        ByteBuf sent = bytes(n);
        List<Boolean> whole = new CopyOnWriteArrayList<>();
        pair.b().lane(0, Flux.never()).subscribe(received -> {
            ByteBuf expected = bytes(n);
            whole.add(ByteBufUtil.equals(received, expected));
            expected.release();
            received.release();
        });
        pair.a().lane(0, Flux.just(sent).concatWith(Flux.never())).subscribe(ByteBuf::release);
        until(() -> !whole.isEmpty());
        assertThat(whole).containsExactly(true);
        until(() -> sent.refCnt() == 0);
    }

    /** Also from other threads: the other end takes nothing before it knows that there is a link. */
    @RepeatedTest(20)
    void whatIsSentAsSoonAsThereIsALink_doesNotOvertakeItsConfirmation() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Heard atB = hear(b);
        List<Taken> taken = new CopyOnWriteArrayList<>();
        b.addListener(new LinkListener() {
            @Override
            public void up(Link link) {
                for (int lane = 0; lane < link.lanes(); lane++) {
                    taken.add(take(link.lane(lane, Flux.never()), 10));
                }
            }
        });
        a.addListener(new LinkListener() {
            @Override
            public void up(Link link) {
                link.push(buffer("at once"));
                link.lane(0, numbers(3)).subscribe(ByteBuf::release);
                CountDownLatch elsewhere = new CountDownLatch(1);
                scheduler.schedule(() -> {
                    link.push(buffer("elsewhere"));
                    link.lane(1, numbers(3)).subscribe(ByteBuf::release);
                    elsewhere.countDown();
                });
                awaitUninterruptibly(elsewhere);
            }
        });
        result(a.to(b.self()));
        until(() -> taken.size() == 2 && taken.stream().allMatch(t -> t.values.size() == 3) && atB.events.size() == 3);
        assertThat(atB.events).containsExactly("up", "pushed at once", "pushed elsewhere");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void link_countsItsBytes_andTimesItsHeartbeats() {
        Pair pair = pair();
        until(() -> !pair.a().stats().roundTrip().isZero()
                && !pair.b().stats().roundTrip().isZero());
        assertThat(pair.a().stats().roundTrip()).isLessThan(Duration.ofSeconds(30));
        long read = pair.b().stats().bytesRead();
        pair.a().push(bytes(10_000));
        until(() -> pair.b().stats().bytesRead() >= read + 10_000);
        assertThat(pair.a().stats().bytesWritten()).isGreaterThan(10_000);
    }

    @Test
    void batch_thatIsTooLong_endsTheLinkAtItsSender() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        List<String> reasons = new CopyOnWriteArrayList<>();
        a.addListener(new LinkListener() {
            @Override
            public void down(Link link, String reason) {
                reasons.add(reason);
            }
        });
        Link link = result(a.to(b.self()));
        until(() -> b.with(a.self()) != null);
        Taken there = take(Objects.requireNonNull(b.with(a.self())).lane(0, Flux.never()), 5);
        ByteBuf sent = bytes(link.maxBatch() + 1);
        take(link.lane(0, Flux.just(sent)), 5);
        until(() -> there.over.get() && reasons.size() == 1);
        assertThat(reasons.get(0)).contains("batch: " + (link.maxBatch() + 1) + " bytes");
        assertThat(sent.refCnt()).isZero();
    }

    /** Stands between two ends, and may hold back what goes through. */
    private static final class Proxy implements AutoCloseable {
        final ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        volatile boolean holds;
        private final List<Socket> sockets = new CopyOnWriteArrayList<>();

        Proxy(int port) throws IOException {
            start(() -> {
                Socket from = accepted(listening.accept());
                Socket to = accepted(new Socket(InetAddress.getLoopbackAddress(), port));
                start(() -> copy(from, to));
                copy(to, from);
            });
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void start(Work work) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            work.run();
                        } catch (IOException e) {
                            // closed
                        }
                    },
                    "proxy");
            thread.setDaemon(true);
            thread.start();
        }

        private Socket accepted(Socket socket) {
            sockets.add(socket);
            return socket;
        }

        private void copy(Socket from, Socket to) throws IOException {
            byte[] buffer = new byte[8192];
            for (int n; (n = from.getInputStream().read(buffer)) >= 0; ) {
                while (holds) {
                    LockSupport.parkNanos(1_000_000);
                }
                to.getOutputStream().write(buffer, 0, n);
            }
            to.close();
        }

        @Override
        public void close() throws IOException {
            holds = false;
            listening.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void peer_thatIsNotHeard_isUnreachable_andReachableAgain_andGivenUpIfThatLasts() throws IOException {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Heard atA = hear(a);
        Heard atB = hear(b);
        try (Proxy proxy = new Proxy(b.self().port())) {
            result(a.to("127.0.0.1:" + proxy.listening.getLocalPort()));
            until(() -> atB.events.contains("up"));
            proxy.holds = true;
            until(() -> atA.events.contains("unreachable") && atB.events.contains("unreachable"));
            proxy.holds = false;
            until(() -> atA.events.contains("reachable") && atB.events.contains("reachable"));
            proxy.holds = true;
            until(() ->
                    atA.events.size() >= 4 && atB.events.size() >= 4); // unreachable again; a second half of the wait
            until(() -> atA.events.contains("down") && atB.events.contains("down"));
        }
        assertThat(atA.events).containsExactly("up", "unreachable", "reachable", "unreachable", "down");
        assertThat(atB.events).containsExactly("up", "unreachable", "reachable", "unreachable", "down");
    }

    @Test
    void dialThatIsGivenUp_andFailsAtTheSameTime_dropsNoError() {
        RSocketTransport transport = new RSocketTransport(SETTINGS);
        List<CoreSubscriber<? super Link>> dials = new ArrayList<>();
        Mono<Link> dial = Mono.fromDirect(subscriber -> {
            subscriber.onSubscribe(Operators.emptySubscription()); // which is cancelled too late
            dials.add(Operators.toCoreSubscriber(subscriber));
        });
        Exception late = new ClosedChannelException();
        List<Throwable> dropped = new CopyOnWriteArrayList<>();
        Hooks.onErrorDropped(dropped::add);
        try {
            transport.untilGivenUp(dial).subscribe().dispose();
            transport.untilGivenUp(dial).subscribe(link -> {}, e -> {});
            complete(transport.close("while it was dialled"));
            dials.forEach(subscriber -> subscriber.onError(late));
        } finally {
            Hooks.resetOnErrorDropped();
        }
        assertThat(dials).hasSize(2);
        assertThat(dropped).doesNotContain(late);
    }

    @Test
    void transport_thatIsClosed_leavesNoThread() {
        Set<Thread> before = linkThreads(); // maybe of a test that has left them to end by themselves
        NodeLinks a = node(1);
        Set<Thread> own = linkThreads();
        own.removeAll(before);
        assertThat(own).isNotEmpty();
        complete(a.close("done"));
        until(() -> own.stream().noneMatch(Thread::isAlive));
    }

    private static Set<Thread> linkThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("bastion-link"))
                .collect(Collectors.toSet());
    }
}
