package io.bastion.io;

import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A channel on which a read blocks until it is released or the channel is closed, as on a disk that does not answer. */
final class StuckChannel extends FileChannel {
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger inside = new AtomicInteger();

    int inside() {
        return inside.get();
    }

    void release() {
        gate.countDown();
    }

    @Override
    public int read(ByteBuffer target, long position) throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        inside.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new AssertionError("an operation was interrupted", e);
        } finally {
            inside.decrementAndGet();
        }
        if (!isOpen()) {
            throw new AsynchronousCloseException();
        }
        target.put((byte) 1);
        return 1;
    }

    @Override
    protected void implCloseChannel() {
        gate.countDown();
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("not part of the test");
    }

    @Override
    public int read(ByteBuffer target) {
        throw unused();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw unused();
    }

    @Override
    public int write(ByteBuffer source) {
        throw unused();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw unused();
    }

    @Override
    public long position() {
        throw unused();
    }

    @Override
    public FileChannel position(long position) {
        throw unused();
    }

    @Override
    public long size() {
        throw unused();
    }

    @Override
    public FileChannel truncate(long size) {
        throw unused();
    }

    @Override
    public void force(boolean metadata) {
        throw unused();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw unused();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw unused();
    }

    @Override
    public int write(ByteBuffer source, long position) {
        throw unused();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw unused();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw unused();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw unused();
    }
}
