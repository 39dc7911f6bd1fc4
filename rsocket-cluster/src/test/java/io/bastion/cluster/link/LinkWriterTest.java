package io.bastion.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.rsocket.internal.UnboundedProcessor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.netty.Connection;

class LinkWriterTest {
    private static final int LENGTH = 100;

    private final Gate gate = new Gate();
    private final EmbeddedChannel channel = new EmbeddedChannel(gate);
    private final UnboundedProcessor frames = new UnboundedProcessor();
    private final List<ByteBuf> made = new ArrayList<>();

    /** A network that takes nothing while it is closed. */
    private static final class Gate extends ChannelOutboundHandlerAdapter {
        private boolean closed;

        @Override
        public void flush(ChannelHandlerContext context) {
            if (!closed) {
                context.flush();
            }
        }
    }

    LinkWriterTest() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(3 * LENGTH, 5 * LENGTH));
        frames.subscribe(new LinkWriter(Connection.from(channel)));
    }

    private ByteBuf frame(int first) {
        ByteBuf frame = Unpooled.buffer(LENGTH).writeByte(first).writeZero(LENGTH - 1);
        made.add(frame);
        return frame;
    }

    private List<Integer> written() {
        channel.runPendingTasks();
        List<Integer> written = new ArrayList<>();
        for (ByteBuf frame; (frame = channel.readOutbound()) != null; frame.release()) {
            if (frame.isReadable()) {
                written.add((int) frame.getByte(0));
            }
        }
        return written;
    }

    @AfterEach
    void nothingLeaks() {
        channel.close();
        written();
        channel.finishAndReleaseAll();
        assertThat(made).allMatch(frame -> frame.refCnt() == 0);
    }

    @Test
    void frames_areWrittenInOrder() {
        for (int i = 0; i < 3; i++) {
            frames.tryEmitNormal(frame(i));
        }
        assertThat(written()).containsExactly(0, 1, 2);
    }

    @Test
    void push_whileTheNetworkTakesNoMore_overtakesWhatIsNotWritten() {
        gate.closed = true;
        for (int i = 0; i < 20; i++) {
            frames.tryEmitNormal(frame(i));
        }
        channel.runPendingTasks();
        int taken = 20 - frames.size();
        assertThat(taken).isBetween(1, 5);
        frames.tryEmitPrioritized(frame(99));
        gate.closed = false;
        channel.flush();
        List<Integer> written = written();
        assertThat(written).hasSize(21);
        assertThat(written.indexOf(99)).isEqualTo(taken);
        written.remove((Integer) 99);
        assertThat(written).isSorted();
    }

    @Test
    void finalFrame_isWritten_andTheConnectionCloses() {
        frames.tryEmitNormal(frame(1));
        frames.tryEmitFinal(frame(2));
        assertThat(written()).containsExactly(1, 2);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void finalFrame_whileTheNetworkTakesNoMore_isWaitedFor() {
        gate.closed = true;
        for (int i = 0; i < 10; i++) {
            frames.tryEmitNormal(frame(i));
        }
        frames.tryEmitFinal(frame(10));
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        gate.closed = false;
        channel.flush();
        assertThat(written()).hasSize(11).isSorted();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void connectionThatIsLost_letsFramesGo_alsoThoseThatComeLater() {
        gate.closed = true;
        for (int i = 0; i < 10; i++) {
            frames.tryEmitNormal(frame(i));
        }
        channel.close();
        frames.tryEmitNormal(frame(10));
        frames.tryEmitPrioritized(frame(11));
        assertThat(written()).isEmpty();
        assertThat(frames.isDisposed()).isTrue();
    }
}
