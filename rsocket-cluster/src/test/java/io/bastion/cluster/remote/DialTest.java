package io.bastion.cluster.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.cluster.link.Hello;
import io.bastion.cluster.link.Link;
import io.bastion.cluster.link.LinkListener;
import io.bastion.cluster.link.Links;
import io.bastion.cluster.link.NodeId;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** When another node is dialled, and dialled again; how dials end is the test's to say. */
@BastionTest
class DialTest {
    private static final NodeId OTHER = new NodeId("other", 1, 2);

    private final List<Sinks.One<Link>> dials = new ArrayList<>();

    private final class TestLinks implements Links {
        @Override
        public NodeId self() {
            return new NodeId("here", 1, 1);
        }

        @Override
        public void addListener(LinkListener listener) {}

        @Override
        public Mono<Link> to(String address) {
            return Mono.error(new IOException("nobody is there"));
        }

        @Override
        public Mono<Link> to(NodeId node) {
            Sinks.One<Link> dial = Sinks.one();
            dials.add(dial);
            return dial.asMono();
        }

        @Override
        public @Nullable Link with(NodeId node) {
            return null;
        }

        @Override
        public void bury(NodeId node, String reason) {}

        @Override
        public Mono<Void> close(String reason) {
            return Mono.empty();
        }
    }

    /** One that takes nothing. */
    private static final class TestLink implements Link {
        @Override
        public Hello peer() {
            return new Hello("test", OTHER, 0, 1, 1, 1, List.of("cbor"));
        }

        @Override
        public int lanes() {
            return 1;
        }

        @Override
        public boolean dialled() {
            return true;
        }

        @Override
        public Flux<ByteBuf> lane(int lane, Publisher<ByteBuf> outbound) {
            return Flux.never();
        }

        @Override
        public void push(ByteBuf message) {
            message.release();
        }

        @Override
        public void close(String reason) {}
    }

    @Test
    void linkThatIsDownBeforeItsDialHasEnded_isDialledAnew(TestKit kit) {
        Remoting remoting =
                new Remoting(kit.system(), new TestLinks(), node -> true, Nodes.types(), RemoteSettings.defaults());
        remoting.reference(OTHER, 1_000_001).tell("waits");
        kit.rest();
        assertThat(dials).hasSize(1);

        Link link = new TestLink();
        remoting.up(link);
        remoting.down(link, "broken at once");
        kit.rest();
        dials.get(0).tryEmitValue(link);
        kit.advanceBy(Duration.ofSeconds(1));

        assertThat(dials).hasSize(2);
        remoting.close();
        kit.rest();
    }
}
