package io.bastion.cluster.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.util.concurrent.ScheduledFuture;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.exceptions.RejectedSetupException;
import io.rsocket.util.ByteBufPayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;

/** A connection that is to become a link, is one, or was one. Its state is for the connection's event loop. */
final class RSocketLink implements Link {
    /*
     * The dialler introduces itself in its SETUP and asks (request-response) for the answer. When it has that and wants the link, it
     * tells its listener, and confirms by a push. The other end tells its listener when that comes. Pushes overtake all else and
     * keep their order, so that nothing is received before both know.
     *
     * A heartbeat says when it was sent, in the time of who sends it, and comes back as an echo.
     *
     * A push begins with its kind. What the other end sends against these rules ends the link.
     */
    private static final int BEAT = 0;
    private static final int CONFIRM = 1;
    private static final int MESSAGE = 2;
    private static final int CLOSE = 3;
    private static final int ECHO = 4;

    /** Heartbeats that are answered between two of this end: one who sends more of them is not answered more. */
    private static final int MAX_ECHOES = 2;

    private static final int MAX_REASON = 512;

    /** How long an end waits for what it has sent last to leave. */
    private static final long LINGER_MILLIS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(RSocketLink.class);

    private final RSocketTransport transport;
    private final Connection connection;
    private final EventLoop loop;
    private final boolean dialled;
    private final Heartbeat heartbeat;
    private final Meter meter;
    private final RSocket responder = new Responder();

    private @Nullable RSocket socket;
    private @Nullable Verdict verdict;
    /** Pushed before the other end knows of the link; guarded by itself. Only at the end that dials, as is the following. */
    private final List<ByteBuf> early = new ArrayList<>();

    private volatile boolean confirmed;

    private volatile @Nullable Hello peer;
    private volatile List<RSocketLane> lanes = List.of();
    private @Nullable ScheduledFuture<?> timer;
    private boolean asked;
    private boolean up;

    /** When the last heartbeat was sent that was not answered yet. */
    private long beatAt;

    private int echoes;
    private volatile boolean ended;
    private String reason = "connection lost";

    RSocketLink(RSocketTransport transport, Connection connection, boolean dialled) {
        this.transport = transport;
        this.connection = connection;
        this.loop = connection.channel().eventLoop();
        this.dialled = dialled;
        RSocketSettings settings = transport.settings();
        this.heartbeat = new Heartbeat(settings.unreachableAfter(), settings.closedAfter());
        this.meter = new Meter(heartbeat);
        connection.channel().pipeline().addFirst("bastion.meter", meter);
        connection.channel().closeFuture().addListener(closed -> onLoop(() -> end(reason)));
        this.timer = loop.schedule(
                () -> end("no handshake in time"), settings.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    RSocket responder() {
        return responder;
    }

    // ------------------------------------------------------------------------------------------- handshake

    /** At the end that was dialled. */
    Mono<RSocket> setup(ConnectionSetupPayload setup, RSocket sending) {
        socket = sending;
        watch(sending);
        try {
            Hello hello = HelloCodec.readHello(setup.sliceData());
            transport.credentials().check(setup, hello, connection);
            verdict = transport.verdict(hello);
            if (verdict instanceof Verdict.Accepted accepted) {
                introduce(accepted.answer(), hello);
            }
            return Mono.just(responder);
        } catch (LinkRejectedException e) {
            log.info("{} was refused: {}", connection.channel().remoteAddress(), e.getMessage());
            return Mono.error(new RejectedSetupException(e.getMessage()));
        } catch (CorruptedFrameException e) {
            log.info("{} was refused: {}", connection.channel().remoteAddress(), e.getMessage());
            return Mono.error(new RejectedSetupException("INCOMPATIBLE: " + e.getMessage()));
        }
    }

    private void introduce(Hello self, Hello other) {
        List<RSocketLane> all = new ArrayList<>();
        int n = self.commonLanes(other);
        for (int i = 0; i < n; i++) {
            all.add(new RSocketLane(i, maxBatch(), this::close));
        }
        lanes = all;
        peer = other;
    }

    private Mono<Payload> answer(Payload question) {
        question.release();
        Verdict answer = verdict;
        if (dialled || asked || answer == null) {
            return violation("an introduction out of turn");
        }
        asked = true;
        ByteBuf bytes = connection.channel().alloc().buffer();
        HelloCodec.write(answer, bytes);
        if (answer instanceof Verdict.Rejected) {
            loop.schedule(() -> end("refused"), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        }
        return Mono.just(ByteBufPayload.create(bytes));
    }

    /** At the end that dials, when there is a connection. */
    Mono<Link> ask(RSocket sending, Hello self) {
        watch(sending);
        return sending.requestResponse(ByteBufPayload.create(Unpooled.EMPTY_BUFFER))
                .flatMap(payload -> Mono.fromCallable(() -> {
                    try {
                        return answered(HelloCodec.readVerdict(payload.sliceData()), sending, self);
                    } finally {
                        payload.release();
                    }
                }));
    }

    private Link answered(Verdict answer, RSocket sending, Hello self) throws IOException {
        if (answer instanceof Verdict.Accepted accepted) {
            transport.credentials().checkHost(accepted.answer(), connection);
            socket = sending;
            introduce(self, accepted.answer());
            if (ended) {
                throw new IOException(reason);
            }
            begin();
            confirm();
            return this;
        }
        Verdict.Rejected rejected = (Verdict.Rejected) answer;
        throw new LinkRejectedException(rejected.code(), rejected.message());
    }

    private void begin() {
        up = true;
        transport.up(this);
        stopTimer();
        long period = transport.settings().heartbeat().toNanos();
        // not at a fixed rate, which would make up for the ticks that a process that stood still has missed
        timer = loop.scheduleWithFixedDelay(this::tick, period, period, TimeUnit.NANOSECONDS);
        transport.listener().up(this);
    }

    /** Errors of a connection are told to whoever asks for them, and dropped loudly if nobody does. */
    private void watch(RSocket socket) {
        socket.onClose().subscribe(null, e -> onLoop(() -> end(reason(e))), () -> onLoop(() -> end(reason)));
    }

    private String reason(Throwable error) {
        String message = error.getMessage();
        return reason.equals("connection lost") && message != null ? message : reason;
    }

    // ------------------------------------------------------------------------------------------- link

    @Override
    public Hello peer() {
        return Objects.requireNonNull(peer, "peer: not known yet");
    }

    @Override
    public boolean dialled() {
        return dialled;
    }

    @Override
    public int lanes() {
        return lanes.size();
    }

    @Override
    public int maxBatch() {
        return transport.settings().maxBatch();
    }

    @Override
    public Flux<ByteBuf> lane(int lane, Publisher<ByteBuf> outbound) {
        Flux<ByteBuf> inbound = lanes.get(lane).join(outbound, dialled ? socket : null, loop);
        if (ended) {
            onLoop(() -> lanes.get(lane).finish());
        }
        return inbound;
    }

    /** Lets go what listeners have pushed meanwhile, maybe on other threads: the confirmation has to be the first. */
    private void confirm() {
        synchronized (early) {
            if (!ended) {
                push(CONFIRM, Unpooled.EMPTY_BUFFER);
            }
            confirmed = true;
            early.forEach(message -> push(MESSAGE, message));
            early.clear();
        }
    }

    @Override
    public void push(ByteBuf message) {
        int length = message.readableBytes();
        if (length > MAX_PUSH) {
            message.release();
            throw new IllegalArgumentException("message: " + length + " bytes (expected: <= " + MAX_PUSH + ")");
        }
        if (dialled && !confirmed) {
            synchronized (early) {
                if (!confirmed) {
                    early.add(message);
                    return;
                }
            }
        }
        push(MESSAGE, message);
    }

    private void push(int kind, ByteBuf message) {
        RSocket to = socket;
        if (ended || to == null) {
            message.release();
            return;
        }
        try {
            ByteBuf frame = connection.channel().alloc().buffer(1 + message.readableBytes());
            frame.writeByte(kind).writeBytes(message);
            to.metadataPush(ByteBufPayload.create(Unpooled.EMPTY_BUFFER, frame)).subscribe(null, e -> {});
        } finally {
            message.release();
        }
    }

    @Override
    public void close(String reason) {
        onLoop(() -> end(reason));
    }

    private void tick() {
        switch (heartbeat.tick()) {
            case UNREACHABLE -> transport.listener().unreachable(this);
            case REACHABLE -> transport.listener().reachable(this);
            case DEAD -> end("nothing was heard of it for too long");
            case NONE -> {}
        }
        echoes = 0;
        beatAt = System.nanoTime();
        push(BEAT, Unpooled.copyLong(beatAt));
    }

    private void echo(ByteBuf beat) {
        if (echoes++ < MAX_ECHOES) {
            push(ECHO, Unpooled.copyLong(beat.readLong()));
        }
    }

    private void echoed(ByteBuf echo) {
        if (echo.readLong() == beatAt) {
            meter.answered(System.nanoTime() - beatAt);
        }
    }

    @Override
    public LinkStats stats() {
        return meter.stats();
    }

    // ------------------------------------------------------------------------------------------- end

    private <T> Mono<T> violation(String what) {
        String message = "protocol violation: " + what;
        end(message);
        return Mono.error(new IOException(message));
    }

    private void end(String why) {
        if (ended) {
            return;
        }
        byte[] text = why.substring(0, Math.min(why.length(), MAX_REASON)).getBytes(StandardCharsets.UTF_8);
        push(CLOSE, Unpooled.wrappedBuffer(text));
        ended = true;
        reason = why;
        stopTimer();
        leave();
        transport.ended(this);
        lanes.forEach(RSocketLane::finish);
        if (up) {
            transport.listener().down(this, why);
        }
    }

    private void leave() {
        if (socket == null || !connection.channel().isActive()) {
            connection.dispose();
            return;
        }
        socket.dispose();
        ScheduledFuture<?> late = loop.schedule(connection::dispose, LINGER_MILLIS, TimeUnit.MILLISECONDS);
        connection.channel().closeFuture().addListener(closed -> late.cancel(false));
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    @Override
    public String toString() {
        Hello other = peer;
        return (dialled ? "link to " : "link from ")
                + (other == null ? connection.channel().remoteAddress() : other.source());
    }

    // ------------------------------------------------------------------------------------------- what comes

    private final class Responder implements RSocket {
        @Override
        public Mono<Payload> requestResponse(Payload payload) {
            return answer(payload);
        }

        @Override
        public Mono<Void> metadataPush(Payload payload) {
            try {
                pushed(payload.sliceMetadata());
            } finally {
                payload.release();
            }
            return Mono.empty();
        }

        @Override
        public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
            Sinks.One<RSocketLane> lane = Sinks.one();
            Flux.from(payloads).subscribe(new RSocketLane.Receiver(first -> {
                RSocketLane found = lane(first);
                if (found != null) {
                    lane.tryEmitValue(found);
                }
                return found;
            }));
            return lane.asMono().flatMapMany(RSocketLane::opened);
        }

        @Override
        public Mono<Void> fireAndForget(Payload payload) {
            payload.release();
            return violation("a request of a kind that is not used");
        }

        @Override
        public Flux<Payload> requestStream(Payload payload) {
            payload.release();
            return Flux.from(violation("a request of a kind that is not used"));
        }
    }

    private @Nullable RSocketLane lane(ByteBuf first) {
        if (dialled || !up || first.readableBytes() != 1) {
            violation("a lane out of turn");
            return null;
        }
        int number = first.getUnsignedByte(first.readerIndex());
        if (number >= lanes.size()) {
            violation("lane " + number + " of " + lanes.size());
            return null;
        }
        return lanes.get(number);
    }

    private void pushed(ByteBuf frame) {
        if (ended) {
            return;
        }
        if (!frame.isReadable()) {
            violation("an empty push");
            return;
        }
        int kind = frame.readUnsignedByte();
        if (kind == CONFIRM && !dialled && !up && asked && peer != null) {
            begin();
        } else if (kind == CLOSE) {
            int length = Math.min(frame.readableBytes(), MAX_REASON);
            end("closed by the other end: " + frame.toString(frame.readerIndex(), length, StandardCharsets.UTF_8));
        } else if (up && kind == MESSAGE) {
            transport.listener().pushed(this, frame);
        } else if (up && kind == BEAT && frame.readableBytes() == Long.BYTES) {
            echo(frame);
        } else if (up && kind == ECHO && frame.readableBytes() == Long.BYTES) {
            echoed(frame);
        } else {
            violation("a push out of turn");
        }
    }
}
