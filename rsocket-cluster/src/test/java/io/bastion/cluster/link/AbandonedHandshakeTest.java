package io.bastion.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class AbandonedHandshakeTest {
    private static final NodeId OTHER = new NodeId("other", 1, 2);

    /** Nobody is there; it is told of who dials by the test. */
    private static final class Transport implements LinkTransport {
        final List<String> dialled = new ArrayList<>();

        @Nullable Function<Hello, Verdict> verdict;

        @Override
        public Mono<Integer> bind(Function<Hello, Verdict> verdict, LinkListener listener) {
            this.verdict = verdict;
            return Mono.just(1);
        }

        @Override
        public Mono<Link> connect(String address, Hello hello) {
            dialled.add(address);
            return Mono.error(new IOException("nobody is there"));
        }

        @Override
        public Mono<Void> close(String reason) {
            return Mono.empty();
        }
    }

    private final Transport transport = new Transport();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final NodeLinks links = new NodeLinks(transport, LinkContract.settings(1), () -> true, time);

    private Verdict.Accepted dialledByOther() {
        Hello hello = LinkContract.settings(2).hello(OTHER, 1);
        return (Verdict.Accepted) Objects.requireNonNull(transport.verdict).apply(hello);
    }

    @Test
    void acceptedLink_whoseConnectionEnds_isWaitedForNoLonger() {
        links.open().block();
        Verdict.Accepted accepted = dialledByOther();
        links.to(OTHER).onErrorComplete().subscribe();
        assertThat(transport.dialled).isEmpty();

        accepted.abandoned().run();
        assertThat(transport.dialled).containsExactly(OTHER.address());
    }

    @Test
    void acceptedLink_thatFollowsAnAbandonedOne_isStillWaitedFor() {
        links.open().block();
        Verdict.Accepted before = dialledByOther();
        dialledByOther();
        links.to(OTHER).onErrorComplete().subscribe();

        before.abandoned().run();
        assertThat(transport.dialled).isEmpty();
    }
}
