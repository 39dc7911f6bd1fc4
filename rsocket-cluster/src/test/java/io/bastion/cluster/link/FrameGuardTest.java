package io.bastion.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameGuardTest {
    private static final int METADATA_PUSH = 0x0C << 10 | 0x100;
    private static final int SETUP = 0x01 << 10;
    private static final int REQUEST_CHANNEL = 0x07 << 10;
    private static final int FOLLOWS = 0x80;
    private static final int PAYLOAD = 0x0A << 10 | 0x20;

    private final AtomicInteger reads = new AtomicInteger();
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new CountingReads(reads), new FrameGuard(true)); // which has no SETUP to wait for

    private static final class CountingReads extends ChannelOutboundHandlerAdapter {
        private final AtomicInteger reads;

        CountingReads(AtomicInteger reads) {
            this.reads = reads;
        }

        @Override
        public void read(ChannelHandlerContext context) {
            reads.incrementAndGet();
            context.read();
        }
    }

    private static ByteBuf frame(int stream, int typeAndFlags, int length) {
        return Unpooled.buffer()
                .writeMedium(6 + length)
                .writeInt(stream)
                .writeShort(typeAndFlags)
                .writeZero(length);
    }

    private void receive(int frames, int stream, int typeAndFlags, int length) {
        for (int i = 0; i < frames; i++) {
            channel.pipeline().fireChannelRead(frame(stream, typeAndFlags, length));
        }
        reads.set(0);
        channel.read();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void pushes_ofANode_holdUpNothing() {
        channel.freezeTime();
        receive(1_000, 0, METADATA_PUSH, 500);
        assertThat(reads).hasValue(1);
        assertThat(channel.isActive()).isTrue();
    }

    @Test
    void floodOfPushes_isReadNoMore_untilAWhileIsOver() {
        channel.freezeTime();
        receive(5_000, 0, METADATA_PUSH, 1);
        assertThat(reads).hasValue(0);
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runPendingTasks();
        assertThat(reads).hasValue(1);
        channel.read();
        assertThat(reads).hasValue(2);
    }

    @Test
    void fewPushes_thatAreLong_areAFloodToo() {
        channel.freezeTime();
        receive(500, 0, METADATA_PUSH, 16 * 1024);
        assertThat(reads).hasValue(0);
    }

    /** When the connection ends before the rest has come, RSocket fails to clean up. */
    @Test
    void lane_thatIsOpenedInSeveralFrames_endsTheConnection() {
        EmbeddedChannel dialledByOther = new EmbeddedChannel(new FrameGuard(false));
        dialledByOther.writeInbound(frame(0, SETUP, 4 + 4 + 4 + 2));
        ByteBuf opening = frame(1, REQUEST_CHANNEL | FOLLOWS, 4).setInt(3 + 6, 1);
        dialledByOther.writeInbound(opening);
        assertThat(dialledByOther.isActive()).isFalse();
        dialledByOther.finishAndReleaseAll();
    }

    @Test
    void lane_isOpenedInOneFrame() {
        EmbeddedChannel dialledByOther = new EmbeddedChannel(new FrameGuard(false));
        dialledByOther.writeInbound(frame(0, SETUP, 4 + 4 + 4 + 2));
        dialledByOther.writeInbound(frame(1, REQUEST_CHANNEL, 4).setInt(3 + 6, 1));
        assertThat(dialledByOther.isActive()).isTrue();
        dialledByOther.finishAndReleaseAll();
    }

    @Test
    void batches_areNoFlood() {
        channel.freezeTime();
        receive(5_000, 1, PAYLOAD, 16 * 1024);
        assertThat(reads).hasValue(1);
    }
}
