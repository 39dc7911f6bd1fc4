package io.bastion.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bastion.cluster.link.LinkRejectedException.Code;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What links are to everyone who uses them, whatever the transport. */
abstract class LinkContract {
    static final String HOST = "127.0.0.1";

    final List<NodeLinks> nodes = new ArrayList<>();
    private final Queue<ByteBuf> made = new ConcurrentLinkedQueue<>();

    /** A transport for a node of its own. */
    abstract LinkTransport transport();

    /** For time-outs and rests. */
    abstract Scheduler scheduler();

    /** Waits until something is true; fails if that takes too long. */
    abstract void until(BooleanSupplier condition);

    final <T> T result(Mono<T> mono) {
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<@Nullable T> value = new AtomicReference<>();
        AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
        mono.subscribe(
                value::set,
                e -> {
                    error.set(e);
                    over.set(true);
                },
                () -> over.set(true));
        until(over::get);
        Throwable thrown = error.get();
        if (thrown != null) {
            throw new java.util.concurrent.CompletionException(thrown);
        }
        return Objects.requireNonNull(value.get());
    }

    final void complete(Mono<Void> mono) {
        result(mono.thenReturn(true));
    }

    final Throwable failure(Mono<?> mono) {
        return Objects.requireNonNull(catchThrowable(() -> result(mono)).getCause());
    }

    private Code rejection(Mono<?> mono) {
        Throwable failure = failure(mono);
        assertThat(failure).isInstanceOf(LinkRejectedException.class);
        return ((LinkRejectedException) failure).code();
    }

    static LinkSettings settings(long uid) {
        return new LinkSettings(
                "c",
                HOST,
                0,
                uid,
                1,
                1,
                2,
                List.of("cbor"),
                8,
                Duration.ofSeconds(20),
                Duration.ofMillis(10),
                Duration.ofMillis(100));
    }

    final NodeLinks node(long uid) {
        return node(settings(uid));
    }

    final NodeLinks node(LinkSettings settings) {
        return node(settings, true);
    }

    final NodeLinks node(LinkSettings settings, boolean quorum) {
        NodeLinks links = new NodeLinks(transport(), settings, () -> quorum, scheduler());
        nodes.add(links);
        result(links.open());
        return links;
    }

    static Heard hear(NodeLinks links) {
        Heard heard = new Heard();
        links.addListener(heard);
        return heard;
    }

    final ByteBuf buffer(String text) {
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer();
        buffer.writeCharSequence(text, StandardCharsets.UTF_8);
        made.add(buffer);
        return buffer;
    }

    final Flux<ByteBuf> numbers(int n) {
        return Flux.range(0, n).map(i -> buffer(Integer.toString(i)));
    }

    /** Takes what comes on a lane, and releases it. */
    static final class Taken extends BaseSubscriber<ByteBuf> {
        final List<String> values = new java.util.concurrent.CopyOnWriteArrayList<>();
        final AtomicBoolean over = new AtomicBoolean();
        private final long first;

        Taken(long first) {
            this.first = first;
        }

        @Override
        protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
            if (first > 0) {
                subscription.request(first);
            }
        }

        @Override
        protected void hookOnNext(ByteBuf batch) {
            values.add(batch.toString(StandardCharsets.UTF_8));
            batch.release();
        }

        @Override
        protected void hookFinally(reactor.core.publisher.SignalType type) {
            over.set(true);
        }
    }

    static Taken take(Flux<ByteBuf> inbound, long first) {
        Taken taken = new Taken(first);
        inbound.subscribe(taken);
        return taken;
    }

    private static List<String> range(int n) {
        return IntStream.range(0, n).mapToObj(Integer::toString).toList();
    }

    @AfterEach
    final void everythingIsReleased() {
        nodes.forEach(links -> complete(links.close("test is over")));
        until(() -> made.stream().allMatch(buffer -> buffer.refCnt() == 0));
        end();
    }

    /** After all links are closed. */
    void end() {}

    /** The two ends of a link: the dialler's and the other one's. */
    record Pair(Link a, Link b) {}

    final Pair pair() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Link there = result(a.to(b.self().address()));
        until(() -> b.with(a.self()) != null);
        return new Pair(there, Objects.requireNonNull(b.with(a.self())));
    }

    @Test
    void link_isUpAtBothEnds() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Heard atA = hear(a);
        Heard atB = hear(b);
        Link link = result(a.to(b.self().address()));

        assertThat(link.node()).isEqualTo(b.self());
        assertThat(link.dialled()).isTrue();
        assertThat(link.lanes()).isEqualTo(2);
        assertThat(a.with(b.self())).isSameAs(link);
        until(() -> b.with(a.self()) != null);
        Link back = Objects.requireNonNull(b.with(a.self()));
        assertThat(back.node()).isEqualTo(a.self());
        assertThat(back.dialled()).isFalse();
        assertThat(result(b.to(a.self()))).isSameAs(back);
        assertThat(atA.events).containsExactly("up");
        assertThat(atB.events).containsExactly("up");
    }

    @Test
    void dial_isSharedByAllWhoWait() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Heard atB = hear(b);
        List<Link> links = result(Flux.merge(
                        a.to(b.self().address()), a.to(b.self()), a.to(b.self().address()))
                .collectList());

        assertThat(links).hasSize(3);
        assertThat(links.stream().distinct()).hasSize(1);
        until(() -> atB.events.contains("up"));
        assertThat(atB.events).containsExactly("up");
    }

    @Test
    void lane_keepsTheOrderInBothDirections() {
        Pair pair = pair();
        Taken atB = take(pair.b.lane(0, numbers(5_000)), 7);
        Taken atA = take(pair.a.lane(0, numbers(5_000)), 11);

        until(() -> atB.values.size() == 7 && atA.values.size() == 11);
        atB.request(4_000);
        atA.request(4_000);
        until(() -> atB.values.size() == 4_007 && atA.values.size() == 4_011);
        atB.requestUnbounded();
        atA.requestUnbounded();
        until(() -> atB.values.size() == 5_000 && atA.values.size() == 5_000);
        assertThat(atB.values).isEqualTo(range(5_000));
        assertThat(atA.values).isEqualTo(range(5_000));
    }

    @Test
    void lane_withoutDemand_stopsItsSenderAndNoOther() {
        Pair pair = pair();
        AtomicLong sent = new AtomicLong();
        Taken still = take(pair.b.lane(0, Flux.never()), 3);
        pair.a
                .lane(0, numbers(1_000).doOnNext(b -> sent.incrementAndGet()).hide())
                .subscribe(ByteBuf::release);
        Taken other = take(pair.b.lane(1, Flux.never()), Long.MAX_VALUE);
        take(pair.a.lane(1, numbers(1_000).hide()), 1);

        until(() -> other.values.size() == 1_000 && still.values.size() == 3);
        assertThat(sent).hasValue(3);
        still.request(1);
        until(() -> still.values.size() == 4);
    }

    @Test
    void lane_ofOneEndOnly_waitsForTheOther() {
        Pair pair = pair();
        AtomicBoolean subscribed = new AtomicBoolean();
        Taken atA = take(pair.a.lane(1, numbers(10).doOnSubscribe(s -> subscribed.set(true))), 5);
        pair.a.push(buffer("later"));
        assertThat(atA.values).isEmpty();
        Taken atB = take(pair.b.lane(1, numbers(20)), 10);
        until(() -> atA.values.size() == 5 && atB.values.size() == 10);
        assertThat(subscribed).isTrue();
    }

    @Test
    void lane_joinedTwice_isRefused() {
        Pair pair = pair();
        take(pair.a.lane(0, Flux.never()), 1);
        assertThatThrownBy(() -> pair.a.lane(0, Flux.never())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void push_overtakesAStandingLane_andKeepsItsOrder() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Heard atB = hear(b);
        Link link = result(a.to(b.self()));
        take(link.lane(0, numbers(1_000)), 1);
        for (int i = 0; i < 100; i++) {
            link.push(buffer("p" + i));
        }
        until(() -> pushes(atB).size() == 100);
        assertThat(atB.events.get(0)).isEqualTo("up");
        assertThat(pushes(atB))
                .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "pushed p" + i).toList());
    }

    private static List<String> pushes(Heard heard) {
        return heard.events.stream().filter(e -> e.startsWith("pushed")).toList();
    }

    @Test
    void push_thatIsTooLong_isRefused() {
        Pair pair = pair();
        ByteBuf message = buffer("x".repeat(Link.MAX_PUSH + 1));
        assertThatThrownBy(() -> pair.a.push(message)).isInstanceOf(IllegalArgumentException.class);
        assertThat(message.refCnt()).isZero();
    }

    @Test
    void link_closedAtOneEnd_isDownAtBoth() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Heard atA = hear(a);
        Heard atB = hear(b);
        Link link = result(a.to(b.self()));
        until(() -> b.with(a.self()) != null);
        Taken there = take(Objects.requireNonNull(b.with(a.self())).lane(0, Flux.never()), 5);
        Taken here = take(link.lane(0, numbers(100)), 5);
        until(() -> there.values.size() == 5);

        link.close("enough");
        link.close("more than enough");
        until(() -> there.over.get() && here.over.get());
        until(() -> atA.events.contains("down") && atB.events.contains("down"));
        link.push(buffer("too late"));
        assertThat(atA.events).containsExactly("up", "down");
        assertThat(atB.events).containsExactly("up", "down");
        assertThat(a.with(b.self())).isNull();

        Link next = result(a.to(b.self()));
        assertThat(next).isNotSameAs(link);
        until(() -> atB.events.size() == 3);
        assertThat(atB.events).containsExactly("up", "down", "up");
    }

    @Test
    void lane_thatFails_endsTheLink() {
        Pair pair = pair();
        Taken there = take(pair.b.lane(0, Flux.never()), 5);
        Taken here = take(pair.a.lane(0, Flux.error(new IllegalStateException("broken"))), 5);
        until(() -> there.over.get() && here.over.get());
    }

    @Test
    void listener_thatIsAddedLater_hearsOfTheLinksThatThereAre() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Link link = result(a.to(b.self()));
        Heard late = hear(a);
        until(() -> !late.links.isEmpty()); // those who were there before it may be hearing of it still
        assertThat(late.links).containsExactly(link);
    }

    @Test
    void listener_thatThrows_changesNothing() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        a.addListener(new LinkListener() {
            @Override
            public void up(Link link) {
                throw new IllegalStateException("from a listener, on purpose");
            }

            @Override
            public void down(Link link, String reason) {
                throw new IllegalStateException("from a listener, on purpose");
            }
        });
        Heard heard = hear(a);
        Link link = result(a.to(b.self()));
        link.close("done");
        until(() -> heard.events.contains("down"));
        assertThat(heard.events).containsExactly("up", "down");
    }

    @Test
    void listener_thatClosesTheLinkAtOnce_isHeardByTheNextInOrder() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        b.addListener(new LinkListener() {
            @Override
            public void pushed(Link link, ByteBuf message) {
                link.close("heard enough");
            }
        });
        Heard heard = hear(b);
        result(a.to(b.self())).push(buffer("x"));
        until(() -> heard.events.contains("down"));
        assertThat(heard.events).containsExactly("up", "pushed x", "down");
    }

    @Test
    void dial_ofNobody_fails_andTheNextOneRests() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        String gone = b.self().address();
        complete(b.close("gone"));
        for (int i = 0; i < 3; i++) {
            assertThat(failure(a.to(gone)))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(LinkRejectedException.class);
        }
    }

    @Test
    void dial_ofAnotherCluster_isRefused() {
        NodeLinks a = node(1);
        Heard heard = hear(a);
        assertThat(rejection(a.to(node(with(2, s -> cluster(s, "other"))).self())))
                .isEqualTo(Code.WRONG_CLUSTER);
        assertThat(heard.events).containsExactly("refused WRONG_CLUSTER");
    }

    @Test
    void dial_acrossVersions_findsTheHighestCommonOne() {
        NodeLinks old = node(with(1, s -> versions(s, 1, 2)));
        NodeLinks between = node(with(2, s -> versions(s, 2, 3)));
        NodeLinks recent = node(with(3, s -> versions(s, 3, 4)));
        Hello oldHello = result(between.to(old.self())).peer();
        assertThat(oldHello.maxVersion()).isEqualTo(2);
        assertThat(result(between.to(recent.self())).peer().minVersion()).isEqualTo(3);
        assertThat(rejection(old.to(recent.self()))).isEqualTo(Code.INCOMPATIBLE);
        assertThat(rejection(recent.to(old.self()))).isEqualTo(Code.INCOMPATIBLE);
    }

    @Test
    void dial_withoutCommonCodec_isRefused() {
        NodeLinks a = node(1);
        assertThat(rejection(a.to(node(with(2, s -> codecs(s, "fory"))).self())))
                .isEqualTo(Code.INCOMPATIBLE);
        NodeLinks both = node(with(3, s -> codecs(s, "fory", "cbor")));
        assertThat(result(a.to(both.self())).peer().codecs()).containsExactly("fory", "cbor");
    }

    @Test
    void dial_ofAnIncarnationThatIsNoMore_isRefused() {
        NodeLinks a = node(1);
        NodeId other = node(2).self();
        NodeId former = new NodeId(other.host(), other.port(), 77);
        assertThat(rejection(a.to(former))).isEqualTo(Code.WRONG_INCARNATION);
        result(a.to(other));
        assertThat(rejection(a.to(former))).isEqualTo(Code.WRONG_INCARNATION);
    }

    @Test
    void dial_ofItself_fails() {
        NodeLinks a = node(1);
        assertThat(failure(a.to(a.self().address()))).hasMessageContaining("itself");
        assertThat(failure(a.to(a.self()))).hasMessageContaining("itself");
    }

    @Test
    void incarnation_thatIsBuried_isRefusedByBoth() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Heard atA = hear(a);
        result(a.to(b.self()));
        until(() -> b.with(a.self()) != null);
        b.bury(a.self(), "was removed");
        until(() -> atA.events.contains("down"));
        assertThat(rejection(a.to(b.self()))).isEqualTo(Code.BURIED);
        assertThat(failure(b.to(a.self()))).isNotInstanceOf(LinkRejectedException.class);
        assertThat(failure(b.to(a.self().address()))).isInstanceOf(IOException.class);
        assertThat(b.with(a.self())).isNull();

        NodeLinks minority = node(settings(3), false);
        minority.bury(a.self(), "was removed");
        assertThat(rejection(a.to(minority.self()))).isEqualTo(Code.BURIED_BY_MINORITY);
    }

    @Test
    void dial_ofOneWhoHasEnoughLinks_isRefusedAfterPatience() {
        NodeLinks few = node(with(1, s -> maxLinks(s, 1)));
        NodeLinks second = node(2);
        result(second.to(few.self()));
        assertThat(rejection(node(with(3, LinkContract::impatient)).to(few.self())))
                .isEqualTo(Code.UNAVAILABLE);
    }

    @Test
    void links_thatAreClosed_refuseAll() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Heard atA = hear(a);
        Heard atB = hear(b);
        result(a.to(b.self()));
        until(() -> atB.events.contains("up"));
        complete(a.close("shut"));
        assertThat(atA.events).containsExactly("up", "down");
        assertThat(failure(a.to(b.self()))).isInstanceOf(IOException.class);
        until(() -> atB.events.contains("down"));
        assertThat(failure(b.to(a.self()))).isInstanceOf(IOException.class);
    }

    /** Rounds of two nodes that dial each other at the same time. */
    abstract int rounds();

    @Test
    void dials_thatCross_makeOneLink() {
        NodeLinks a = node(1);
        NodeLinks b = node(2);
        Heard atA = hear(a);
        Heard atB = hear(b);
        for (int round = 0; round < rounds(); round++) {
            List<Link> links = new java.util.concurrent.CopyOnWriteArrayList<>();
            Mono<Link> ab = a.to(b.self());
            Mono<Link> ba = b.to(a.self().address());
            complete(Mono.when(
                    round % 2 == 0 ? ab.doOnNext(links::add) : ba.doOnNext(links::add),
                    round % 2 == 0 ? ba.doOnNext(links::add) : ab.doOnNext(links::add)));
            assertThat(links).hasSize(2);
            until(() -> isOneLink(a.with(b.self()), b.with(a.self())));
            NodeLinks closer = round % 3 == 0 ? a : b;
            NodeId other = round % 3 == 0 ? b.self() : a.self();
            until(
                    () -> { // the other one's dial may still be on its way: where there is no link any more, it makes
                        // one
                        Link link = closer.with(other);
                        if (link != null) {
                            link.close("next round");
                        }
                        return atA.links.isEmpty() && atB.links.isEmpty();
                    });
        }
        assertOneAtATime(atA);
        assertOneAtATime(atB);
    }

    private static boolean isOneLink(@Nullable Link one, @Nullable Link other) {
        return one != null && other != null && one.dialled() != other.dialled();
    }

    /** Each link was told once, and its end before the next one. */
    static void assertOneAtATime(Heard heard) {
        List<String> events =
                heard.events.stream().filter(e -> !e.startsWith("refused")).toList();
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i)).isEqualTo(i % 2 == 0 ? "up" : "down");
        }
    }

    private static LinkSettings with(long uid, UnaryOperator<LinkSettings> change) {
        return change.apply(settings(uid));
    }

    private static LinkSettings cluster(LinkSettings s, String cluster) {
        return copy(s, cluster, s.minVersion(), s.maxVersion(), s.codecs(), s.maxLinks());
    }

    private static LinkSettings versions(LinkSettings s, int min, int max) {
        return copy(s, s.cluster(), min, max, s.codecs(), s.maxLinks());
    }

    private static LinkSettings codecs(LinkSettings s, String... codecs) {
        return copy(s, s.cluster(), s.minVersion(), s.maxVersion(), List.of(codecs), s.maxLinks());
    }

    private static LinkSettings maxLinks(LinkSettings s, int maxLinks) {
        return copy(s, s.cluster(), s.minVersion(), s.maxVersion(), s.codecs(), maxLinks);
    }

    private static LinkSettings impatient(LinkSettings s) {
        return patience(s, Duration.ofSeconds(2));
    }

    static LinkSettings patience(LinkSettings s, Duration patience) {
        return new LinkSettings(
                s.cluster(),
                s.host(),
                s.port(),
                s.uid(),
                s.minVersion(),
                s.maxVersion(),
                s.lanes(),
                s.codecs(),
                s.maxLinks(),
                patience,
                s.backoff(),
                s.maxBackoff());
    }

    private static LinkSettings copy(
            LinkSettings s, String cluster, int min, int max, List<String> codecs, int maxLinks) {
        return new LinkSettings(
                cluster,
                s.host(),
                s.port(),
                s.uid(),
                min,
                max,
                s.lanes(),
                codecs,
                maxLinks,
                s.patience(),
                s.backoff(),
                s.maxBackoff());
    }
}
