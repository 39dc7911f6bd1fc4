package io.bastion.cluster.membership;

import io.bastion.cluster.link.Link;
import io.bastion.cluster.link.LinkListener;
import io.bastion.cluster.link.LinkRejectedException;
import io.bastion.cluster.link.Links;
import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.membership.MembershipEvent.Cause;
import io.bastion.cluster.membership.Tombstones.Tombstone;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** The members by an {@link Engine}, with a memory of those who were removed, and decisions that need a quorum. */
public final class NodeMembership implements Membership {
    /*
     * The engine notices deaths: each node for itself, and forgets them. What makes them final, for all:
     *
     *   - A member that the engine takes for dead is removed only after a round: all others are asked, and a majority of the
     *     reference has to answer. A minority gets no such answers, however slowly it shrinks.
     *   - The removed incarnation's tombstone goes over all links, once by each node that learns of it, and all tombstones go over
     *     each link that comes up, when the end that wants them is ready. They are united, never taken back; so all views agree in the end. Links refuse the buried.
     *   - An incarnation that meets its own tombstone, or a node that refuses it as buried, is expelled. So is one that was
     *     without a quorum for too long, or would have to remove others and cannot.
     *   - Two nodes that have a link but are not members of each other's clusters are introduced to the engine. Addresses that
     *     were said to be of interest, and those of removed members, are dialled again and again: that joins, and heals.
     *   - A node whose clock has stood still for long (stopped process, suspended machine) takes nothing for granted until a
     *     round has succeeded.
     *
     * All of that is on one thread of the scheduler's; links and engine hand over to it.
     */

    private static final Logger log = LoggerFactory.getLogger(NodeMembership.class);

    private final Links links;
    private final NodeId self;
    private final Timings timings;
    private final Tombstones tombstones;
    private final Scheduler scheduler;
    private final Scheduler.Worker worker;
    private final LongSupplier clock;
    private final Engine engine;
    private final Contacts contacts;
    private final View view;
    private final Sinks.Empty<Void> allKnow = Sinks.empty();
    private Consumer<MembershipEvent> events = event -> {};

    private final Round round = new Round();
    private final QuorumWatch quorumWatch;
    private long lastTick;
    private boolean leaving;
    private volatile boolean ended;

    /** By uid; those that are told of a leave and have not closed the link yet. */
    private final Map<Long, Link> present = new HashMap<>();

    /**
     * A membership that has not started.
     *
     * @param links are open
     * @param self this incarnation
     * @param minimum how many members a quorum has at least
     * @param reference the nodes that the cluster is considered to have at first, besides this one
     * @param tombstones of earlier incarnations, too
     * @param scheduler what it runs on
     * @param clock monotonic, in nanoseconds
     */
    public NodeMembership(
            Links links,
            Peer self,
            Timings timings,
            int minimum,
            Set<Long> reference,
            Tombstones tombstones,
            Scheduler scheduler,
            LongSupplier clock) {
        this.links = links;
        this.self = self.node();
        this.timings = timings;
        this.tombstones = tombstones;
        this.clock = clock;
        this.scheduler = scheduler;
        worker = scheduler.createWorker();
        engine = new ScalecubeEngine(links, self, timings);
        contacts = new Contacts(timings, new Random(self.node().uid()));
        view = new View(self.node(), minimum, reference, tombstones, this::emit);
        quorumWatch = new QuorumWatch(timings.quorumTimeout(), view.hasQuorum());
    }

    @Override
    public Mono<Void> start(Consumer<MembershipEvent> listener) {
        return Mono.defer(() -> {
            events = listener;
            lastTick = clock.getAsLong();
            tombstones
                    .all()
                    .forEach(tombstone ->
                            links.bury(tombstone.node(), tombstone.reason().name()));
            links.addListener(new Listener());
            run(this::tick);
            return engine.start(new Engine.Listener() {
                @Override
                public void found(Peer peer) {
                    run(() -> NodeMembership.this.found(peer));
                }

                @Override
                public void gone(long uid) {
                    run(() -> NodeMembership.this.gone(uid));
                }
            });
        });
    }

    @Override
    public void contact(Collection<String> addresses) {
        List<String> known = List.copyOf(addresses);
        run(() -> {
            contacts.know(known);
            dialContacts();
        });
    }

    @Override
    public List<Peer> members() {
        return view.members();
    }

    @Override
    public boolean hasQuorum() {
        return view.hasQuorum();
    }

    @Override
    public Set<Long> reference() {
        return view.reference();
    }

    @Override
    public Mono<Void> leave() {
        return Mono.defer(() -> {
            run(() -> {
                leaving = true;
                List<Tombstone> own = List.of(new Tombstone(self, Removal.LEFT));
                present.values().forEach(link -> push(link, ControlCodec.tombstones(own)));
                checkAllKnow();
            });
            return allKnow.asMono().timeout(timings.leave(), Mono.empty(), scheduler);
        });
    }

    @Override
    public void stop() {
        ended = true;
        engine.stop();
        worker.dispose();
    }

    private void run(Runnable action) {
        later(action, 0);
    }

    private void later(Runnable action, long nanos) {
        try {
            worker.schedule(
                    () -> {
                        if (!ended) {
                            guarded(action);
                        }
                    },
                    nanos,
                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("{} has ended", self);
        }
    }

    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            log.error("{}: the membership goes on after a fault", self, e);
        }
    }

    private void emit(MembershipEvent event) {
        if (!ended) {
            log.debug("{}: {}", self, event);
            events.accept(event);
        }
    }

    private void expelled(Cause cause) {
        if (!ended && !leaving) {
            emit(new MembershipEvent.Expelled(cause));
            ended = true;
        }
    }

    // Links

    private final class Listener implements LinkListener {
        @Override
        public void up(Link link) {
            run(() -> NodeMembership.this.up(link));
        }

        @Override
        public void pushed(Link link, ByteBuf push) {
            byte type = push.isReadable() ? push.getByte(push.readerIndex()) : 0;
            ByteBuf body = push.slice(push.readerIndex(), push.readableBytes());
            body.skipBytes(Math.min(1, body.readableBytes()));
            if (type == PushType.ASK_STATE) {
                link.push(ControlCodec.state(view.hasQuorum(), view.reference()));
                push(link, ControlCodec.tombstones(tombstones.all()));
            } else if (type == PushType.STATE && body.readableBytes() % Long.BYTES == 1) {
                boolean quorum = body.readBoolean();
                Set<Long> reference = ControlCodec.readReference(body);
                run(() -> view.told(link.node().uid(), quorum, reference));
            } else if (type == PushType.TOMBSTONES) {
                receiveTombstones(link, body);
            } else if ((type == PushType.CONFIRM || type == PushType.CONFIRMED) && body.readableBytes() == Long.BYTES) {
                long number = body.readLong();
                run(() -> confirm(link, type, number));
            }
        }

        @Override
        public void unreachable(Link link) {
            run(() -> view.unreachable(link.node().uid()));
        }

        @Override
        public void reachable(Link link) {
            run(() -> view.reachable(link.node().uid()));
        }

        @Override
        public void down(Link link, String reason) {
            log.debug("{}: the link with {} is down: {}", self, link.node(), reason);
            run(() -> NodeMembership.this.down(link));
        }
    }

    private void up(Link link) {
        NodeId node = link.node();
        present.put(node.uid(), link);
        link.push(ControlCodec.askState());
        view.reachable(node.uid());
        replacePredecessor(node);
        introduce(link);
    }

    private void down(Link link) {
        long uid = link.node().uid();
        if (present.remove(uid, link)) {
            view.unreachable(uid);
            Peer peer = view.member(uid);
            if (peer != null) {
                redial(peer);
            }
            checkAllKnow();
        }
    }

    private void checkAllKnow() {
        if (leaving && present.keySet().stream().noneMatch(uid -> view.member(uid) != null)) {
            allKnow.tryEmitEmpty();
        }
    }

    private void introduce(Link link) {
        NodeId node = link.node();
        if (view.member(node.uid()) == null || view.isDead(node.uid())) {
            engine.introduce(node.address());
        }
    }

    private static void push(Link link, List<ByteBuf> pushes) {
        pushes.forEach(link::push);
    }

    private void redial(Peer peer) {
        links.to(peer.node()).subscribe(link -> {}, e -> run(() -> refused(e, peer.node())));
    }

    private void dialContacts() {
        if (leaving) {
            return;
        }
        Set<String> members = new HashSet<>();
        members.add(self.address());
        view.members().forEach(peer -> members.add(peer.node().address()));
        view.dead().forEach(peer -> members.remove(peer.node().address()));
        for (String address : contacts.due(clock.getAsLong(), members)) {
            links.to(address).subscribe(link -> run(() -> introduce(link)), e -> run(() -> refused(e, null)));
        }
    }

    private void refused(Throwable error, @Nullable NodeId meant) {
        if (error instanceof LinkRejectedException rejection) {
            switch (rejection.code()) {
                case BURIED, BURIED_BY_MINORITY -> expelled(Cause.REMOVED);
                case WRONG_INCARNATION -> {
                    if (meant != null && view.member(meant.uid()) != null) {
                        bury(List.of(new Tombstone(meant, Removal.REPLACED)));
                    }
                }
                case WRONG_CLUSTER, INCOMPATIBLE, UNAUTHENTICATED ->
                    log.warn("{} is refused: {}", self, error.toString());
                default -> {}
            }
        }
    }

    // The engine

    private void found(Peer peer) {
        NodeId node = peer.node();
        replacePredecessor(node);
        view.joined(peer);
        if (links.with(node) != null) {
            view.reachable(node.uid());
        } else {
            view.unreachable(node.uid());
        }
    }

    /** Two incarnations cannot listen at one address: the one that was there before is dead. */
    private void replacePredecessor(NodeId node) {
        Peer predecessor = view.predecessor(node);
        if (predecessor != null) {
            bury(List.of(new Tombstone(predecessor.node(), Removal.REPLACED)));
        }
    }

    private void gone(long uid) {
        view.dead(uid);
        if (view.isDead(uid) && !round.isOpen()) {
            ask();
        }
    }

    // Tombstones

    private void receiveTombstones(Link link, ByteBuf body) {
        try {
            List<Tombstone> told = ControlCodec.readTombstones(body);
            run(() -> bury(told));
        } catch (IOException e) {
            log.warn("{} has sent what cannot be read: {}", link.node(), e.toString());
        }
    }

    private void bury(List<Tombstone> told) {
        List<Tombstone> news = new ArrayList<>();
        for (Tombstone tombstone : told) {
            if (tombstone.node().uid() == self.uid()) {
                expelled(Cause.REMOVED);
            } else if (view.bury(tombstone)) {
                news.add(tombstone);
            }
        }
        if (news.isEmpty() || ended) {
            return;
        }
        present.values().forEach(link -> push(link, ControlCodec.tombstones(news))); // those who are meant, too
        for (Tombstone tombstone : news) {
            if (tombstone.reason() != Removal.LEFT) {
                contacts.remember(tombstone.node().address());
            }
            links.bury(tombstone.node(), tombstone.reason().name());
        }
        checkAllKnow();
    }

    // Rounds

    private void ask() {
        long number = round.begin(self.uid(), view.dead());
        present.forEach((uid, link) -> {
            if (view.member(uid) != null && !round.condemns(uid)) {
                link.push(ControlCodec.round(PushType.CONFIRM, number));
            }
        });
        conclude();
    }

    private void confirm(Link link, byte type, long number) {
        long uid = link.node().uid();
        if (type == PushType.CONFIRM) {
            link.push(ControlCodec.round(PushType.CONFIRMED, number));
        } else if (view.member(uid) != null && round.answered(uid, number)) {
            conclude();
        }
    }

    private void conclude() {
        if (round.answers() < view.required()) {
            return;
        }
        round.end();
        List<Tombstone> sentenced = new ArrayList<>();
        for (Peer peer : view.dead()) {
            if (round.condemns(peer.node().uid())) {
                sentenced.add(new Tombstone(peer.node(), Removal.DEAD));
            }
        }
        bury(sentenced);
        view.doubt(false);
    }

    // Time

    private void tick() {
        later(this::tick, timings.ping().toNanos()); // not periodically: what was missed is not made up for
        long now = clock.getAsLong();
        long pause = now - lastTick;
        lastTick = now;
        if (pause > timings.detection(view.members().size() + 1).toNanos() / 2) {
            awake(pause);
        } else if (round.isOpen()) {
            if (round.isOverdue()) {
                view.doubt(true);
                ask();
            }
        } else if (view.isDoubted() || !view.dead().isEmpty()) {
            ask();
        }
        if (!view.hasQuorum()) {
            present.values().forEach(link -> link.push(ControlCodec.askState()));
        }
        for (Peer peer : view.unreachable()) {
            if (links.with(peer.node()) == null) {
                redial(peer);
            }
        }
        dialContacts();
        if (quorumWatch.isOver(view, now)) {
            expelled(Cause.QUORUM_LOST);
        }
    }

    private void awake(long pause) {
        if (!view.members().isEmpty()) {
            log.warn(
                    "{} has stood still for {} ms and asks whether it was removed",
                    self,
                    TimeUnit.NANOSECONDS.toMillis(pause));
            view.doubt(true);
            contacts.hurry();
            ask();
        }
    }
}
