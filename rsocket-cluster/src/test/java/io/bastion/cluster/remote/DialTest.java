package io.bastion.cluster.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.cluster.link.Link;
import io.bastion.cluster.link.NodeId;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** When another node is dialled, and dialled again; how dials end is the test's to say. */
@BastionTest
class DialTest {
    private static final NodeId OTHER = new NodeId("other", 1, 2);

    private final List<Sinks.One<Link>> dials = new ArrayList<>();

    private final class TestLinks extends NoLinks {
        @Override
        public Mono<Link> to(NodeId node) {
            Sinks.One<Link> dial = Sinks.one();
            dials.add(dial);
            return dial.asMono();
        }
    }

    @Test
    void linkThatIsDownBeforeItsDialHasEnded_isDialledAnew(TestKit kit) {
        Remoting remoting =
                new Remoting(kit.system(), new TestLinks(), node -> true, Nodes.types(), RemoteSettings.defaults());
        remoting.reference(OTHER, 1_000_001).tell("waits");
        kit.rest();
        assertThat(dials).hasSize(1);

        Link link = new SilentLink(OTHER);
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
