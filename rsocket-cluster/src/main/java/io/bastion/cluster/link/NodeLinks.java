package io.bastion.cluster.link;

import io.bastion.cluster.link.LinkRejectedException.Code;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The links of one incarnation over a transport.
 *
 * <p>Nothing is dialled but by {@link #to}. An address that was dialled in vain rests before it is dialled again; who asks for it
 * meanwhile waits.
 */
public final class NodeLinks implements Links {
    /*
     * How two nodes that dial each other at the same time come to one link, though neither knows of the other's dial at first:
     *
     *   - The end that is dialled refuses (DUPLICATE) when it has the link already, or when it is dialling that address itself and
     *     is the smaller of the two. So of two dials that cross, the smaller node's is accepted and the other's refused.
     *   - Who is refused so waits, and dials again after a rest. The other's link ends the waiting.
     *   - An end that has accepted knows of the link only when the dialler has confirmed it. Until then, and no longer than a
     *     quarter of its patience, it does not dial that address.
     *   - Whatever slips through (nodes that know each other under several addresses) is found when a link comes up, before anyone
     *     hears of it: the second one with an incarnation is closed. A dialler gives way to a link that it has accepted if it is
     *     the greater one.
     *
     * An incarnation's next link is accepted, and dialled, only after all listeners know that the last one is down.
     */

    private static final Logger log = LoggerFactory.getLogger(NodeLinks.class);

    private final LinkTransport transport;
    private final LinkSettings settings;
    private final BooleanSupplier quorum;
    private final Scheduler scheduler;

    /** Guards all of the following. No foreign code is called under it. */
    private final Object lock = new Object();

    private final List<LinkListener> listeners = new ArrayList<>();

    /** By uid; read without the lock. Until all know of their end. */
    private final Map<Long, LinkEvents> links = new ConcurrentHashMap<>();

    private final Map<String, Dial> dials = new LinkedHashMap<>();

    /** Accepted and not confirmed yet, by uid. */
    private final Map<Long, Accepted> accepted = new HashMap<>();

    /** The reasons, by uid. */
    private final Map<Long, String> buried = new HashMap<>();

    private boolean closed;
    private volatile @Nullable NodeId self;
    private volatile int listening;
    private final Sinks.Empty<Void> allDown = Sinks.empty();

    private record Accepted(NodeId node, Disposable.Swap expiry) {}

    /**
     * Links that are not open yet.
     *
     * @param quorum whether this node sees a quorum of the cluster; said to those who are refused because they were removed
     * @param scheduler for rests and time-outs
     */
    public NodeLinks(LinkTransport transport, LinkSettings settings, BooleanSupplier quorum, Scheduler scheduler) {
        this.transport = transport;
        this.settings = settings;
        this.quorum = quorum;
        this.scheduler = scheduler;
    }

    /**
     * Begins to listen. Listeners that were added before hear all.
     *
     * @return this incarnation
     */
    public Mono<NodeId> open() {
        return transport.bind(this::verdict, new Events()).map(port -> {
            listening = port;
            NodeId id = new NodeId(settings.host(), settings.port() == 0 ? port : settings.port(), settings.uid());
            self = id;
            return id;
        });
    }

    /** The port that it listens on, which need not be the one that others are told. */
    public int port() {
        return listening;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if they are not open yet
     */
    @Override
    public NodeId self() {
        NodeId id = self;
        if (id == null) {
            throw new IllegalStateException("links: not open (expected: open() has completed)");
        }
        return id;
    }

    @Override
    public void addListener(LinkListener listener) {
        List<LinkEvents> present;
        synchronized (lock) {
            listeners.add(listener);
            present = List.copyOf(links.values());
        }
        present.forEach(events -> events.add(listener));
    }

    @Override
    public @Nullable Link with(NodeId node) {
        LinkEvents events = links.get(node.uid());
        return events != null && events.usable() ? events.link() : null;
    }

    @Override
    public Mono<Link> to(String address) {
        return to(address, 0);
    }

    @Override
    public Mono<Link> to(NodeId node) {
        return to(node.address(), node.uid());
    }

    private Mono<Link> to(String address, long uid) {
        return Mono.create(sink -> join(address, new Dial.Waiter(uid, sink), sink));
    }

    private void join(String address, Dial.Waiter waiter, MonoSink<Link> sink) {
        Link link = null;
        IOException refusal = null;
        Dial begun = null;
        synchronized (lock) {
            NodeId id = self;
            if (closed || id == null) {
                refusal = new IOException("links of " + settings.host() + " are not open");
            } else if (address.equals(id.address()) || waiter.uid() == id.uid()) {
                refusal = new IOException(address + " is this node itself");
            } else if (buried.containsKey(waiter.uid())) {
                refusal = new IOException("was removed: " + buried.get(waiter.uid()));
            } else if ((link = present(address, waiter.uid())) == null) {
                Dial dial = dials.get(address);
                if (dial == null) {
                    begun = dial = new Dial(address);
                    dials.put(address, dial);
                }
                Dial joined = dial;
                joined.add(waiter);
                sink.onDispose(() -> leave(joined, waiter));
                if (joined.patience == null) {
                    joined.patience =
                            later(() -> lost(joined), settings.patience().toNanos());
                }
            }
        }
        if (refusal != null) {
            sink.error(refusal);
        } else if (link != null) {
            sink.success(link);
        } else if (begun != null) {
            dial(begun);
        }
    }

    private @Nullable Link present(String address, long uid) {
        if (uid != 0) {
            LinkEvents events = links.get(uid);
            return events != null && events.usable() ? events.link() : null;
        }
        for (LinkEvents events : links.values()) {
            if (events.usable() && events.link().node().address().equals(address)) {
                return events.link();
            }
        }
        return null;
    }

    private void leave(Dial dial, Dial.Waiter waiter) {
        synchronized (lock) {
            dial.remove(waiter);
        }
    }

    /** Dials, unless there is something to wait for. */
    private void dial(Dial dial) {
        Hello hello;
        synchronized (lock) {
            NodeId id = self;
            if (closed || id == null || dials.get(dial.address) != dial || dial.state == Dial.State.CONNECTING) {
                return;
            }
            if (!dial.isWanted()) {
                dials.remove(dial.address);
                return;
            }
            dial.state = Dial.State.WAITING;
            if (isExpected(dial.address)) {
                return;
            }
            dial.state = Dial.State.CONNECTING;
            hello = settings.hello(id, dial.destination());
        }
        transport
                .connect(dial.address, hello)
                .subscribe(link -> dialled(dial, link), e -> failed(dial, hello.destination(), e));
    }

    /** Whether a link with that address is on its way, or the end of the last one. */
    private boolean isExpected(String address) {
        return accepted.values().stream().anyMatch(a -> a.node.address().equals(address))
                || links.values().stream()
                        .anyMatch(events -> !events.usable()
                                && events.link().node().address().equals(address));
    }

    private void dialled(Dial dial, Link link) {
        LinkEvents events = links.get(link.node().uid());
        if (events != null && events.usable()) { // it, or the one that it had to give way to
            List<Dial.Waiter> waiters;
            synchronized (lock) {
                dials.remove(dial.address, dial);
                waiters = dial.take();
            }
            waiters.forEach(waiter -> waiter.end(events.link()));
            return;
        }
        String removed;
        synchronized (lock) {
            removed = buried.get(link.node().uid());
        }
        failed(
                dial,
                0,
                removed != null
                        ? new IOException(link.node() + " was removed: " + removed)
                        : new LinkRejectedException(Code.DUPLICATE, "the link with " + link.node() + " has ended"));
    }

    private void failed(Dial dial, long destination, Throwable error) {
        IOException failure = error instanceof IOException e ? e : new IOException(error.toString(), error);
        log.debug("{} was dialled in vain", dial.address, failure);
        Code code = failure instanceof LinkRejectedException e ? e.code() : null;
        List<Dial.Waiter> waiters = List.of();
        synchronized (lock) {
            if (dials.get(dial.address) != dial) {
                return;
            }
            dial.state = Dial.State.RESTING;
            dial.failure = failure;
            dial.failures++;
            if (code == Code.WRONG_INCARNATION && destination != 0) {
                waiters = dial.take(destination);
            } else if (code != Code.DUPLICATE && code != Code.UNAVAILABLE) {
                waiters = dial.take();
            }
            dial.rest = later(() -> dial(dial), rest(dial.failures));
        }
        if (failure instanceof LinkRejectedException rejection) {
            tellRefused(dial.address, rejection);
        }
        waiters.forEach(waiter -> waiter.sink().error(failure));
    }

    private void tellRefused(String address, LinkRejectedException rejection) {
        List<LinkListener> all;
        synchronized (lock) {
            all = List.copyOf(listeners);
        }
        all.forEach(listener -> LinkEvents.tell(listener, l -> l.refused(address, rejection)));
    }

    private long rest(int failures) {
        long rest = settings.backoff().toNanos();
        long longest = settings.maxBackoff().toNanos();
        for (int i = 1; i < failures && rest < longest; i++) {
            rest *= 2;
        }
        return Math.min(rest, longest);
    }

    /** Patience with an address is lost; it may still answer those who come later. */
    private void lost(Dial dial) {
        List<Dial.Waiter> waiters;
        IOException failure;
        synchronized (lock) {
            waiters = dial.take();
            failure = dial.failure;
        }
        waiters.forEach(waiter -> waiter.sink()
                .error(failure != null ? failure : new IOException("no link with " + dial.address + " in time")));
    }

    private Verdict verdict(Hello hello) {
        Verdict removed = removed(hello.source());
        if (removed != null) {
            return removed;
        }
        LinkEvents dead = null;
        synchronized (lock) {
            NodeId id = self;
            if (closed || id == null) {
                return new Verdict.Rejected(Code.UNAVAILABLE, "not open");
            }
            Hello mine = settings.hello(id, hello.source().uid());
            Verdict.Rejected stranger = stranger(hello, mine);
            if (stranger != null) {
                return stranger;
            }
            LinkEvents last = links.get(hello.source().uid());
            if (last != null && last.doubtful()) {
                dead = last;
            } else {
                return known(hello.source(), last, mine);
            }
        }
        dead.link().close("dialled anew by " + hello.source());
        return new Verdict.Rejected(Code.UNAVAILABLE, "the last link has to end first");
    }

    private Verdict.@Nullable Rejected removed(NodeId node) {
        String reason;
        synchronized (lock) {
            reason = buried.get(node.uid());
        }
        return reason == null
                ? null
                : new Verdict.Rejected(quorum.getAsBoolean() ? Code.BURIED : Code.BURIED_BY_MINORITY, reason);
    }

    private static Verdict.@Nullable Rejected stranger(Hello hello, Hello mine) {
        NodeId id = mine.source();
        if (!hello.cluster().equals(mine.cluster())) {
            return new Verdict.Rejected(Code.WRONG_CLUSTER, "this is " + mine.cluster());
        }
        if (mine.commonVersion(hello) == 0) {
            return new Verdict.Rejected(
                    Code.INCOMPATIBLE,
                    "versions " + mine.minVersion() + " to " + mine.maxVersion() + " are spoken here");
        }
        if (mine.commonCodecs(hello).isEmpty()) {
            return new Verdict.Rejected(Code.INCOMPATIBLE, "codecs are " + mine.codecs() + " here");
        }
        if (hello.source().uid() == id.uid() || hello.destination() != 0 && hello.destination() != id.uid()) {
            return new Verdict.Rejected(Code.WRONG_INCARNATION, "this is " + id);
        }
        return null;
    }

    private Verdict known(NodeId node, @Nullable LinkEvents last, Hello mine) {
        if (last != null) {
            return last.ended()
                    ? new Verdict.Rejected(Code.UNAVAILABLE, "the last link is just ending")
                    : new Verdict.Rejected(Code.DUPLICATE, "there is a link");
        }
        Dial dial = dials.get(node.address());
        if (dial != null && dial.state == Dial.State.CONNECTING && isSmaller(mine.source(), node)) {
            return new Verdict.Rejected(Code.DUPLICATE, "dialled from here at the same time");
        }
        if (links.size() + accepted.size() >= settings.maxLinks()) {
            return new Verdict.Rejected(Code.UNAVAILABLE, "there are " + settings.maxLinks() + " links");
        }
        Accepted now = new Accepted(node, Disposables.swap());
        now.expiry.update(later(() -> notConfirmed(now), settings.patience().toNanos() / 4));
        Accepted before = accepted.put(node.uid(), now);
        if (before != null) { // its dialler has given it up
            before.expiry.dispose();
        }
        return new Verdict.Accepted(mine, () -> notConfirmed(now));
    }

    private static boolean isSmaller(NodeId a, NodeId b) {
        int byAddress = a.address().compareTo(b.address());
        return byAddress != 0 ? byAddress < 0 : Long.compareUnsigned(a.uid(), b.uid()) < 0;
    }

    private void notConfirmed(Accepted link) {
        link.expiry.dispose();
        synchronized (lock) {
            if (!accepted.remove(link.node.uid(), link)) {
                return;
            }
        }
        dialIfWaiting(link.node.address());
    }

    private void dialIfWaiting(String address) {
        Dial dial;
        synchronized (lock) {
            dial = dials.get(address);
            if (dial == null || dial.state != Dial.State.WAITING) {
                return;
            }
        }
        dial(dial);
    }

    @Override
    public void bury(NodeId node, String reason) {
        LinkEvents events;
        synchronized (lock) {
            buried.putIfAbsent(node.uid(), reason);
            events = links.get(node.uid());
        }
        if (events != null) {
            events.link().close(reason);
        }
    }

    /** {@inheritDoc} Completes when all listeners know. */
    @Override
    public Mono<Void> close(String reason) {
        return Mono.defer(() -> {
            List<Dial.Waiter> waiters = new ArrayList<>();
            synchronized (lock) {
                closed = true;
                for (Dial dial : dials.values()) {
                    waiters.addAll(dial.take());
                    dial.stop();
                }
                dials.clear();
                accepted.values().forEach(a -> a.expiry.dispose());
                accepted.clear();
            }
            waiters.forEach(waiter -> waiter.sink().error(new IOException("links are closed: " + reason)));
            checkAllDown();
            return transport.close(reason).then(allDown.asMono());
        });
    }

    private void checkAllDown() {
        synchronized (lock) {
            if (!closed || !links.isEmpty()) {
                return;
            }
        }
        allDown.tryEmitEmpty();
    }

    private Disposable later(Runnable task, long nanos) {
        return scheduler.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    /** What the transport tells. */
    private final class Events implements LinkListener {
        @Override
        public void up(Link link) {
            String refusal;
            LinkEvents events = null;
            synchronized (lock) {
                refusal = refusal(link);
                if (refusal == null) {
                    events = new LinkEvents(link, listeners);
                    links.put(link.node().uid(), events);
                }
                Accepted acceptance =
                        link.dialled() ? null : accepted.remove(link.node().uid());
                if (acceptance != null) {
                    acceptance.expiry.dispose();
                }
            }
            if (events == null) {
                link.close(String.valueOf(refusal));
                dialIfWaiting(link.node().address());
            } else {
                events.up(() -> upIsTold(link));
            }
        }

        private @Nullable String refusal(Link link) {
            long uid = link.node().uid();
            if (closed) {
                return "closed";
            }
            if (buried.containsKey(uid)) {
                return "was removed: " + buried.get(uid);
            }
            boolean second = links.containsKey(uid)
                    || link.dialled() && accepted.containsKey(uid) && isSmaller(link.node(), self());
            return second ? "second link with " + link.node() : null;
        }

        private void upIsTold(Link link) {
            List<Dial.Waiter> waiters;
            synchronized (lock) {
                Dial dial = dials.get(link.node().address());
                if (dial == null) {
                    return;
                }
                waiters = dial.take();
                if (dial.state != Dial.State.CONNECTING) { // that one stays until it is answered: one dial at a time
                    dial.stop();
                    dials.remove(dial.address);
                }
            }
            waiters.forEach(waiter -> waiter.end(link));
        }

        private @Nullable LinkEvents of(Link link) {
            LinkEvents events = links.get(link.node().uid());
            return events != null && events.link() == link ? events : null;
        }

        @Override
        public void pushed(Link link, ByteBuf message) {
            LinkEvents events = of(link);
            if (events != null) {
                events.pushed(message);
            }
        }

        @Override
        public void unreachable(Link link) {
            LinkEvents events = of(link);
            if (events != null) {
                events.reach(true);
            }
        }

        @Override
        public void reachable(Link link) {
            LinkEvents events = of(link);
            if (events != null) {
                events.reach(false);
            }
        }

        @Override
        public void down(Link link, String reason) {
            LinkEvents events = of(link);
            if (events != null) {
                events.down(reason, () -> downIsTold(link, events));
            }
        }

        private void downIsTold(Link link, LinkEvents events) {
            synchronized (lock) {
                links.remove(link.node().uid(), events);
            }
            dialIfWaiting(link.node().address());
            checkAllDown();
        }
    }
}
