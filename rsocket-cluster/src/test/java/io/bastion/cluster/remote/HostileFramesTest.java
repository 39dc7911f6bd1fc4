package io.bastion.cluster.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.DeadLetter;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@BastionTest
class HostileFramesTest {
    private TestKit kit;
    private Nodes nodes;
    private Peer peer;
    private final List<String> closed = new ArrayList<>();
    private final List<Object> got = new ArrayList<>();
    private long known;

    @BeforeEach
    void start(TestKit kit) {
        this.kit = kit;
        nodes = new Nodes(kit, RemoteSettings.defaults().obeysCommands(false)); // some bytes are an order to stop
        ActorRef<Object> sink = nodes.actor("sink", (context, message) -> got.add(message));
        RemoteRef<Object> remote = (RemoteRef<Object>) nodes.b.known(sink);
        known = remote.id;
        remote.tell("first");
        kit.rest();
        peer = nodes.b.remoting.peer(nodes.a.id);
    }

    @AfterEach
    void end() {
        nodes.close();
    }

    /** A link that only says why it was closed. */
    private final class ClosedLink extends SilentLink {
        ClosedLink() {
            super(nodes.a.id);
        }

        @Override
        public void close(String reason) {
            closed.add(reason);
        }
    }

    private void receive(ByteBuf batch) {
        new Receiver(peer, new Session(peer, new ClosedLink())).received(batch);
        assertThat(batch.refCnt()).isZero();
    }

    private ByteBuf valid() {
        ByteBuf batch = Unpooled.buffer();
        for (String text : List.of("one", "two")) {
            int start = Wire.begin(batch, Wire.MESSAGE);
            Wire.writeNumber(batch, known);
            batch.writeByte(0);
            Nodes.types().encode(text, batch, new WireReferences(peer));
            Wire.end(batch, start);
        }
        int start = Wire.begin(batch, Wire.WATCH);
        Wire.writeNumber(batch, 77);
        Wire.writeNumber(batch, known);
        Wire.writeNumber(batch, 0);
        Wire.end(batch, start);
        return batch;
    }

    @Test
    void batchThatIsSound_isTaken() {
        receive(valid());
        kit.rest();

        assertThat(got).containsExactly("first", "one", "two");
        assertThat(closed).isEmpty();
    }

    @Test
    void messageOfAnUnknownType_isReported_andTheLinkStays() {
        ByteBuf batch = Unpooled.buffer();
        int start = Wire.begin(batch, Wire.MESSAGE);
        Wire.writeNumber(batch, known);
        batch.writeByte(0);
        batch.writeInt(123_456_789);
        Wire.end(batch, start);
        receive(batch.writeBytes(valid()));
        kit.rest();

        assertThat(closed).isEmpty();
        assertThat(got).containsExactly("first", "one", "two");
        assertThat(nodes.b.stats().unreadable()).isEqualTo(1);
        assertThat(kit.deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.UNENCODABLE))
                .satisfies(letter -> assertThat(letter.message()).isInstanceOf(UnreadableMessage.class));
    }

    @Test
    void lengthThatIsWrong_endsTheLink() {
        for (int length : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 100}) {
            receive(Unpooled.buffer().writeInt(length).writeByte(Wire.MESSAGE));
        }
        receive(Unpooled.buffer().writeByte(1));

        assertThat(closed).hasSize(6).allMatch(reason -> reason.startsWith("no frame"));
    }

    @Test
    void creditThatIsTooMuch_endsTheLink() {
        ByteBuf batch = Unpooled.buffer();
        int start = Wire.begin(batch, Wire.CREDIT);
        Wire.writeNumber(batch, known);
        Wire.writeNumber(batch, Long.MAX_VALUE);
        Wire.end(batch, start);

        receive(batch);

        assertThat(closed).hasSize(1);
    }

    @RepeatedTest(8)
    void bytesThatWereChanged_harmNobody() {
        Random random = new Random(kit.seed().orElse(1));
        for (int i = 0; i < 500; i++) {
            ByteBuf batch = valid();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                batch.setByte(random.nextInt(batch.writerIndex()), random.nextInt(256));
            }
            if (random.nextInt(4) == 0) {
                batch.writerIndex(random.nextInt(batch.writerIndex()));
            }
            receive(batch);
        }
        got.clear();
        receive(valid());
        kit.rest();

        assertThat(closed).isNotEmpty().noneMatch(reason -> reason.startsWith("failure"));
        assertThat(got).endsWith("one", "two");
    }
}
