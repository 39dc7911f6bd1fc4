package io.bastion.cluster.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets those frames through to RSocket that a node sends, and closes the connection at the first other one. RSocket itself takes
 * frames at their word: after some that are malformed it releases buffers twice, which may be another connection's by then.
 *
 * <p>Pushes have no backpressure of RSocket. Who sends more of them than a node ever would is not read from for the rest of a while.
 */
final class FrameGuard extends ChannelDuplexHandler {
    private static final Logger log = LoggerFactory.getLogger(FrameGuard.class);

    private static final int SETUP = 0x01;
    private static final int KEEPALIVE = 0x03;
    private static final int REQUEST_RESPONSE = 0x04;
    private static final int REQUEST_CHANNEL = 0x07;
    private static final int REQUEST_N = 0x08;
    private static final int CANCEL = 0x09;
    private static final int PAYLOAD = 0x0A;
    private static final int ERROR = 0x0B;
    private static final int METADATA_PUSH = 0x0C;

    private static final int IGNORE = 0b10_0000_0000;
    private static final int METADATA = 0b01_0000_0000;
    private static final int RESUME_OR_FOLLOWS = 0b00_1000_0000;
    private static final int LEASE_OR_COMPLETE = 0b00_0100_0000;
    private static final int NEXT = 0b00_0010_0000;

    private static final int LENGTH = 3;
    private static final int HEADER = LENGTH + 6;

    /** Two questions of the dialler, and one a lane. */
    private static final int MAX_STREAMS = 2 + Hello.MAX_LANES;

    /** Pushes, and their bytes, in a while; a single read of the connection may go beyond. */
    private static final int MAX_PUSHES = 4_096;

    private static final int MAX_PUSHED_BYTES = 4 << 20;
    private static final long WHILE_MILLIS = 1_000;

    private final boolean dialled;
    private int pushes;
    private int pushedBytes;
    private boolean held;
    private boolean setUp;
    private int streams;
    private int lastStream = -1;
    private boolean closed;

    /**
     * @param dialled whether this end has dialled, and the other one so opens no streams
     */
    FrameGuard(boolean dialled) {
        this.dialled = dialled;
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (pushes < MAX_PUSHES && pushedBytes < MAX_PUSHED_BYTES) {
            context.read();
        } else {
            held = true;
        }
    }

    private void countPush(ChannelHandlerContext context, int length) {
        if (pushes++ == 0) {
            context.executor().schedule(() -> forgetPushes(context), WHILE_MILLIS, TimeUnit.MILLISECONDS);
        }
        pushedBytes += length;
    }

    private void forgetPushes(ChannelHandlerContext context) {
        pushes = 0;
        pushedBytes = 0;
        if (held) {
            held = false;
            context.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!closed) {
            String error = message instanceof ByteBuf frame ? error(frame) : "no bytes";
            if (error == null) {
                ByteBuf frame = (ByteBuf) message;
                if (frame.getUnsignedByte(frame.readerIndex() + LENGTH + 4) >>> 2 == METADATA_PUSH) {
                    countPush(context, frame.readableBytes());
                }
                context.fireChannelRead(message);
                return;
            }
            refuse(context, error);
        }
        ReferenceCountUtil.release(message);
    }

    /** RSocket would wait for its first frame although none can come any more. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof TooLongFrameException tooLong)) {
            context.fireExceptionCaught(cause);
        } else if (!closed) {
            refuse(context, String.valueOf(tooLong.getMessage()));
        }
    }

    private void refuse(ChannelHandlerContext context, String error) {
        closed = true;
        log.info("{} has sent what is no part of a link: {}", context.channel().remoteAddress(), error);
        context.close();
    }

    private @Nullable String error(ByteBuf frame) {
        int start = frame.readerIndex();
        if (frame.readableBytes() < HEADER) {
            return "a frame of " + frame.readableBytes() + " bytes";
        }
        int stream = frame.getInt(start + LENGTH);
        int typeAndFlags = frame.getUnsignedShort(start + LENGTH + 4);
        int type = typeAndFlags >>> 10;
        int flags = typeAndFlags & 0x3FF;
        ByteBuf body = frame.slice(start + HEADER, frame.readableBytes() - HEADER);
        if ((flags & IGNORE) != 0) {
            return "a frame that may be ignored";
        }
        if (!dialled && !setUp) {
            setUp = type == SETUP && stream == 0 && isSetup(flags, body);
            return setUp ? null : "no SETUP";
        }
        boolean fine = stream == 0 ? isControl(type, flags, body) : isOfStream(stream, type, flags, body);
        return fine ? null : "a frame of type " + type + ", flags " + flags + ", stream " + stream;
    }

    /** The lengths in it are what RSocket goes by. */
    private static boolean isSetup(int flags, ByteBuf body) {
        if ((flags & ~METADATA) != 0 || body.readableBytes() < 4 + 4 + 4) {
            return false;
        }
        body.skipBytes(4 + 4 + 4); // version, keep-alive
        for (int i = 0; i < 2; i++) { // the mime types
            int length = body.isReadable() ? body.readUnsignedByte() : Integer.MAX_VALUE;
            if (length > body.readableBytes()) {
                return false;
            }
            body.skipBytes(length);
        }
        return (flags & METADATA) == 0
                || body.readableBytes() >= 3 && body.readUnsignedMedium() <= body.readableBytes();
    }

    private static boolean isControl(int type, int flags, ByteBuf body) {
        return switch (type) {
            case METADATA_PUSH -> flags == METADATA;
            case ERROR -> flags == 0 && body.readableBytes() >= 4;
            case KEEPALIVE -> (flags & ~RESUME_OR_FOLLOWS) == 0 && body.readableBytes() >= 8;
            default -> false;
        };
    }

    /** The dialler opens all streams: their numbers are odd. None of their frames has metadata. */
    private boolean isOfStream(int stream, int type, int flags, ByteBuf body) {
        if (stream < 0 || (stream & 1) == 0 || (flags & METADATA) != 0) {
            return false;
        }
        return switch (type) {
            case REQUEST_RESPONSE -> flags == 0 && isNew(stream);
            case REQUEST_CHANNEL ->
                (flags & ~LEASE_OR_COMPLETE) == 0 && isPositive(body) && isNew(stream); // is never in several frames
            case REQUEST_N -> flags == 0 && body.readableBytes() == 4 && isPositive(body) && isKnown(stream);
            case CANCEL -> flags == 0 && !body.isReadable() && isKnown(stream);
            case PAYLOAD -> (flags & (NEXT | LEASE_OR_COMPLETE)) != 0 && isKnown(stream);
            case ERROR -> flags == 0 && body.readableBytes() >= 4 && isKnown(stream);
            default -> false;
        };
    }

    private boolean isNew(int stream) {
        boolean fine = !dialled && stream > lastStream && ++streams <= MAX_STREAMS;
        lastStream = stream;
        return fine;
    }

    /** Of what this end has opened itself RSocket knows. */
    private boolean isKnown(int stream) {
        return dialled || stream <= lastStream;
    }

    private static boolean isPositive(ByteBuf body) {
        return body.readableBytes() >= 4 && body.getInt(body.readerIndex()) > 0;
    }
}
