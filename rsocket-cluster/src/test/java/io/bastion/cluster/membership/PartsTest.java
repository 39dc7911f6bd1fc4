package io.bastion.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.cluster.link.Hello;
import io.bastion.cluster.link.Link;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

class PartsTest {
    private final List<ByteBuf> pushed = new ArrayList<>();
    private final Parts parts = new Parts(new Wire());

    @Test
    void message_isLongerThanAPush_comesInPiecesAndAsOne() {
        ByteBuf message = message(100_000);
        parts.send(message.duplicate());
        assertThat(pushed).hasSize(7).allMatch(push -> push.readableBytes() <= Link.MAX_PUSH);
        assertThat(received()).containsExactly(message);
    }

    @Test
    void messages_ofAllLengths_areReceivedOneByOne() {
        List<ByteBuf> messages =
                List.of(message(0), message(1), message(Link.MAX_PUSH - 1), message(Link.MAX_PUSH), message(40_000));
        messages.forEach(message -> parts.send(message.duplicate()));
        assertThat(received()).isEqualTo(messages);
    }

    @Test
    void message_neverEnds_isDroppedAndTheNextOneIsReceived() {
        for (int i = 0; i < 100; i++) {
            assertThat(parts.receive(message(16_000), false)).isNull();
        }
        assertThat(parts.receive(message(1), true)).isNull();
        assertThat(parts.receive(message(2), true)).isEqualTo(message(2));
    }

    private List<ByteBuf> received() {
        List<ByteBuf> messages = new ArrayList<>();
        for (ByteBuf push : pushed) {
            ByteBuf message =
                    parts.receive(push.slice(1, push.readableBytes() - 1), push.getByte(0) == PushType.ENGINE);
            if (message != null) {
                messages.add(message);
            }
        }
        return messages;
    }

    private static ByteBuf message(int length) {
        ByteBuf message = Unpooled.buffer();
        for (int i = 0; i < length; i++) {
            message.writeByte(i * 31 >> 3);
        }
        return message;
    }

    private final class Wire implements Link {
        @Override
        public Hello peer() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean dialled() {
            return true;
        }

        @Override
        public int lanes() {
            return 1;
        }

        @Override
        public Flux<ByteBuf> lane(int lane, Publisher<ByteBuf> outbound) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void push(ByteBuf message) {
            pushed.add(message);
        }

        @Override
        public void close(@Nullable String reason) {}
    }
}
