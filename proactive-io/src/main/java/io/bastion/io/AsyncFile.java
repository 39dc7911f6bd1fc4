package io.bastion.io;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.Connection;

/**
 * An open file; from {@link Proactor#open}.
 *
 * <p>Every method may be called from any thread, and any number of operations may be in flight. Each begins when it is
 * subscribed to, anew for each subscriber. Operations at positions are independent of each other and end in any order;
 * those at the file's own position take their turns. Results come on a thread of the backend, which must not be blocked,
 * unless {@link #on} says otherwise.
 *
 * <p><b>Buffers.</b> An operation on a buffer of yours keeps a reference of its own until it has ended, and leaves yours
 * to you: releasing it early, or cancelling, is safe. Do not touch the buffer meanwhile, nor after a cancel before the
 * file has been closed: the kernel may still be at work on it. Streams hand over what they carry: you release what you get, and
 * what you give is released.
 *
 * <p><b>Failures</b> are {@link IoFault}s. After {@link #close} every operation fails with {@code EBADF}, also those that were in
 * flight and could be ended.
 */
public final class AsyncFile {
    private final OpenFile file;
    private final @Nullable Home home;

    AsyncFile(OpenFile file, @Nullable Home home) {
        this.file = file;
        this.home = home;
    }

    /** The same file with its results on a scheduler. */
    public AsyncFile on(Scheduler scheduler) {
        return new AsyncFile(file, new Home(scheduler, null));
    }

    /** The path that it was opened with. */
    public Path path() {
        return file.handle.path();
    }

    /** Whether it has not been told to close. */
    public boolean isOpen() {
        return file.isOpen();
    }

    OpenFile file() {
        return file;
    }

    // ------------------------------------------------------------------------------------------- at positions

    /**
     * Reads into the writable bytes of a buffer, and moves its writer index behind what it got.
     *
     * @return how many bytes, at least one and possibly fewer than there is room for; -1 at the end of the file
     */
    public Mono<Integer> read(ByteBuf target, long position) {
        Check.notNegative("position", position);
        return results(
                OpMono.<Integer, Integer>of(done -> start(target, position, done), bytes -> filled(target, bytes)));
    }

    /** Like {@link #read(ByteBuf, long)} for what remains of a {@code ByteBuffer}, whose position is moved. */
    public Mono<Integer> read(ByteBuffer target, long position) {
        Check.notNegative("position", position);
        return Mono.defer(() -> {
            int start = target.position();
            return read(Buffers.writable(target), position)
                    .doOnNext(bytes -> target.position(start + Math.max(bytes, 0)));
        });
    }

    /**
     * Scatters: reads into the writable bytes of buffers, one after the other, in one operation.
     *
     * @param targets at most 64 are filled at a time
     * @return how many bytes; -1 at the end of the file
     */
    public Mono<Integer> readv(List<? extends ByteBuf> targets, long position) {
        Check.notNegative("position", position);
        ByteBuf[] buffers = targets.toArray(Buffers.NONE);
        return results(
                OpMono.<Integer, Integer>of(done -> start(buffers, position, done), bytes -> filled(buffers, bytes)));
    }

    /**
     * Writes all readable bytes of a buffer; leaves its indices alone. A failure may come after a part of them.
     *
     * @return how many bytes
     */
    public Mono<Integer> write(ByteBuf source, long position) {
        Check.notNegative("position", position);
        return results(OpMono.<Long, Integer>of(done -> startWrite(List.of(source), position, done), Long::intValue));
    }

    /** Like {@link #write(ByteBuf, long)} for what remains of a {@code ByteBuffer}, whose position is moved to its limit. */
    public Mono<Integer> write(ByteBuffer source, long position) {
        Check.notNegative("position", position);
        return Mono.defer(() -> {
            int end = source.limit();
            return write(io.netty.buffer.Unpooled.wrappedBuffer(source), position)
                    .doOnNext(bytes -> source.position(end));
        });
    }

    /**
     * Gathers: writes all readable bytes of buffers, one after the other, 64 buffers an operation; leaves their indices alone.
     *
     * @return how many bytes
     */
    public Mono<Long> writev(List<? extends ByteBuf> sources, long position) {
        Check.notNegative("position", position);
        List<ByteBuf> buffers = List.copyOf(sources);
        return results(OpMono.<Long, Long>of(done -> startWrite(buffers, position, done), bytes -> bytes));
    }

    // ------------------------------------------------------------------------------------------- in sequence

    /** Like {@link #read(ByteBuf, long)} at the file's own position, which moves on. */
    public Mono<Integer> read(ByteBuf target) {
        return results(OpMono.<Integer, Integer>of(
                done -> file.cursor.begin((position, end) -> start(target, position, end), done),
                bytes -> filled(target, bytes)));
    }

    /** Like {@link #write(ByteBuf, long)} at the file's own position, which moves on; a failed one does not move it. */
    public Mono<Integer> write(ByteBuf source) {
        return results(OpMono.<Long, Integer>of(
                done -> file.cursor.begin((position, end) -> startWrite(List.of(source), position, end), done),
                Long::intValue));
    }

    /** The file's own position, at first 0. */
    public long position() {
        return file.cursor.position();
    }

    /** Moves the file's own position; not while an operation at it is in flight. */
    public AsyncFile position(long position) {
        file.cursor.position(Check.notNegative("position", position));
        return this;
    }

    // ------------------------------------------------------------------------------------------- streams

    /** The whole content; see {@link #stream(ReadSpec)}. */
    public Flux<ByteBuf> stream() {
        return stream(ReadSpec.all());
    }

    /**
     * A part of the content, in order, as direct buffers of the chunk size, the last one shorter; you release them. Nothing is read before
     * the first request and nothing emitted beyond demand; a window of chunks is read ahead. Ends at the end of the file as it is
     * when it gets there.
     */
    public Flux<ByteBuf> stream(ReadSpec spec) {
        Flux<ByteBuf> stream = new FileReadFlux(file.handle, spec, file.allocator);
        return home == null
                ? stream
                : new DeliveredFlux<>(stream, spec.window(), home, () -> IoFault.closed("read", path()));
    }

    /** The lines of the whole content in UTF-8, none longer than 1 MiB. */
    public Flux<String> lines() {
        return Lines.of(stream(), StandardCharsets.UTF_8, Lines.MAX_LENGTH);
    }

    /** The lines of the whole content; see {@link Lines#of}. */
    public Flux<String> lines(Charset charset, int maxLength) {
        return Lines.of(stream(), charset, maxLength);
    }

    /**
     * The content from a position on, and what is appended as it comes; never ends by itself. When the file has become
     * shorter than what has been read, it begins again at its start.
     *
     * @param interval how long it waits at the end before it looks again
     */
    public Flux<ByteBuf> follow(long position, Duration interval) {
        Check.notNegative("position", position);
        return Flux.defer(() -> {
            AtomicLong at = new AtomicLong(position);
            return size().flatMapMany(size -> {
                        if (size < at.get()) {
                            at.set(0);
                        }
                        return stream(ReadSpec.from(at.get()));
                    })
                    .doOnNext(buffer -> at.addAndGet(buffer.readableBytes()))
                    .repeatWhen(ends -> ends.delayElements(interval));
        });
    }

    /**
     * Writes what a publisher emits, from a position on, and releases it. One write is in flight at a time; what arrives
     * meanwhile, up to 64 buffers, is gathered into the next. Requests at most 128 buffers that are not yet written. An
     * error of the source comes after what it had emitted is written.
     *
     * @param position ignored when the file was opened with {@code APPEND}
     * @return how many bytes
     */
    public Mono<Long> write(Publisher<? extends ByteBuf> source, long position) {
        Check.notNegative("position", position);
        return results(new FileWriteMono(file.handle, source, position));
    }

    /**
     * Sends a part of the content over a connection, and gives the number of bytes when the kernel has taken the last of them. At most
     * two windows of chunks are read and not taken, however slow the peer is. Fails with Reactor Netty's {@code
     * AbortedException} when the connection is closed before. Not for HTTP, whose messages have a form: there, {@code
     * response.send(file.stream())}.
     */
    public Mono<Long> transferTo(Connection connection, ReadSpec spec) {
        return transferTo(connection.channel(), spec);
    }

    Mono<Long> transferTo(Channel channel, ReadSpec spec) {
        // Past the scheduler of an actor, which has nothing to do with the chunks.
        return results(new ChannelWrite(channel, new FileReadFlux(file.handle, spec, file.allocator), spec.window()));
    }

    /**
     * Appends a record to the end of the file and makes it durable, together with those of all other writers that come while the
     * disk is busy: one gathering write and one {@code fdatasync} for all of them. Records are whole and in the order of
     * their subscription. After a failure it is unknown what is on the disk: all further appends fail with it, until the
     * file is opened anew.
     *
     * <p>The end of the file is looked up once, so that nobody else may append to it. How much may wait is up to the writers,
     * each of which waits for its own. A cancelled append is taken back if it has not begun.
     *
     * @param record stays yours, as in {@link #write(ByteBuf, long)}
     * @return the position of the record, once it is on the disk
     */
    public Mono<Long> append(ByteBuf record) {
        return results(
                OpMono.<Long, Long>of(done -> file.commits.append(record.retainedSlice(), done), position -> position));
    }

    // ------------------------------------------------------------------------------------------- the file itself

    /** Makes content and metadata durable. */
    public Mono<Void> fsync() {
        return results(OpMono.ofVoid(done -> file.handle.sync(false, done)));
    }

    /** Makes the content durable, and of the metadata what is needed to read it. */
    public Mono<Void> fdatasync() {
        return results(OpMono.ofVoid(done -> file.handle.sync(true, done)));
    }

    /** What the file is like now; on the nio backend all but the size is that of whatever has the path now. */
    public Mono<FileStat> stat() {
        return results(OpMono.<FileStat, FileStat>of(file.handle::stat, stat -> stat));
    }

    /** How long it is now. */
    public Mono<Long> size() {
        return stat().map(FileStat::size);
    }

    /** Makes the file exactly so long; the nio backend only makes it shorter, and fails with {@code EOPNOTSUPP} otherwise. */
    public Mono<Void> truncate(long size) {
        Check.notNegative("size", size);
        return results(OpMono.ofVoid(done -> file.handle.truncate(size, done)));
    }

    /**
     * Reserves space on the disk, and makes the file as long if it is shorter. Fails with {@code EOPNOTSUPP} where the file
     * system or the backend cannot: the nio backend never can.
     */
    public Mono<Void> allocate(long position, long length) {
        Check.notNegative("position", position);
        if (length < 1) {
            throw new IllegalArgumentException("length: " + length + " (expected: >= 1)");
        }
        return results(OpMono.ofVoid(done -> file.handle.allocate(position, length, done)));
    }

    /**
     * Closes the file: from now on operations are refused, those in flight are ended if that is possible, and when all have
     * ended the file is closed. Does so once, however often it is called; cancelling it changes nothing.
     */
    public Mono<Void> close() {
        return results(file.close());
    }

    // ------------------------------------------------------------------------------------------- parts

    private Cancel start(ByteBuf target, long position, Completion<Integer> done) {
        return start(new ByteBuf[] {target}, position, done);
    }

    private Cancel start(ByteBuf[] targets, long position, Completion<Integer> done) {
        if (!isWritable(targets)) {
            done.done(0);
            return Cancel.NOTHING;
        }
        return file.handle.read(targets, 0, Math.min(targets.length, Handle.MAX_BUFFERS), position, done);
    }

    private Cancel startWrite(List<ByteBuf> sources, long position, Completion<Long> done) {
        return WriteAll.start(file.handle, Buffers.slices(sources), sources.size(), position, done);
    }

    private static boolean isWritable(ByteBuf... buffers) {
        for (ByteBuf buffer : buffers) {
            if (buffer.isWritable()) {
                return true;
            }
        }
        return false;
    }

    private static int filled(ByteBuf target, int bytes) {
        return filled(new ByteBuf[] {target}, bytes);
    }

    /** Moves the writer indices; nothing read with room left is the end of the file. */
    private static int filled(ByteBuf[] targets, int bytes) {
        if (bytes == 0) {
            return isWritable(targets) ? -1 : 0;
        }
        int left = bytes;
        for (int i = 0; left > 0; i++) {
            int part = Math.min(left, targets[i].writableBytes());
            targets[i].writerIndex(targets[i].writerIndex() + part);
            left -= part;
        }
        return bytes;
    }

    private <T> Mono<T> results(Mono<T> mono) {
        return home == null ? mono : mono.publishOn(home.scheduler());
    }

    @Override
    public String toString() {
        return "AsyncFile[" + path() + "]";
    }
}
