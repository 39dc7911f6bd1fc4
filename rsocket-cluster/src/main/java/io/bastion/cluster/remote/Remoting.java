package io.bastion.cluster.remote;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.RemoteActorRef.Watcher;
import io.bastion.actor.RemotePort;
import io.bastion.cluster.codec.MessageTypes;
import io.bastion.cluster.link.Link;
import io.bastion.cluster.link.LinkListener;
import io.bastion.cluster.link.Links;
import io.bastion.cluster.link.NodeId;
import io.bastion.scheduler.ActivityScheduler;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.ContextView;

/**
 * References to actors of other nodes, for one incarnation of this node: it makes actors here known there, sends messages, and brings
 * those that come. Thread-safe.
 *
 * <p>Messages are delivered at most once, in order for each sender and receiver, also over a link that breaks and one that follows it.
 * A node of which {@link #lost} was said is dead for ever, and after {@link #close} all are.
 */
public final class Remoting implements LinkListener {
    private static final Logger LOG = LoggerFactory.getLogger(Remoting.class);

    /** Peers that are {@linkplain Peer#asStranger strangers}, at most: a reference in a message may name any node. */
    static final int MAX_STRANGERS = 256;

    private final Links links;
    private final Predicate<NodeId> isMember;
    final NodeMessages messages;
    final RemoteSettings settings;
    final Exports exports = new Exports();
    private final ActorSystem system;
    private final RemotePort port;

    /**
     * At most one of a node is not forgotten, and that one is here. One that is forgotten is so before it leaves this map; whoever finds it
     * here, or keeps what leads to it, takes another one in its place.
     */
    private final ConcurrentMap<NodeId, Peer> peers = new ConcurrentHashMap<>();

    /** How many of them are strangers. */
    private final AtomicInteger strangers = new AtomicInteger();

    private final AtomicLong refusedStrangers = new AtomicLong();

    private final Set<NodeId> lost = ConcurrentHashMap.newKeySet();

    /** Where references lead whose actor here has ended, and those to nodes that are lost. */
    private final Peer nobodyHere;

    private final Peer nowhere;

    /** Where references to strangers lead while there are too many. */
    private final Peer crowd;

    private volatile boolean closed;
    private volatile @Nullable NodeActors nodeActors;

    /**
     * Begins to send and to receive over links; the {@code links} are closed by who has made them.
     *
     * @param system the actors here
     * @param links of this incarnation
     * @param isMember whether a node is to be dialled: a reference to one comes in messages, and may name any
     * @param types messages that are sent and received
     */
    public Remoting(
            ActorSystem system, Links links, Predicate<NodeId> isMember, MessageTypes types, RemoteSettings settings) {
        this.system = system;
        this.links = links;
        this.isMember = isMember;
        messages = new NodeMessages(types);
        this.settings = settings;
        port = RemotePort.of(system);
        nobodyHere = new Peer(this, links.self(), 1);
        nobodyHere.end(Peer.End.HERE, "this node");
        nowhere = new Peer(this, links.self(), 1);
        nowhere.end(Peer.End.LOST, "lost");
        crowd = new Peer(this, links.self(), 1);
        crowd.end(Peer.End.CROWDED, "too many strangers");
        links.addListener(this);
    }

    // ------------------------------------------------------------------------------------------------ for the cluster

    @Override
    public void up(Link link) {
        while (!linked(link.node()).up(link)) {
            // it was just forgotten
        }
        NodeActors own = nodeActors;
        if (own != null) {
            own.linked(link.node());
        }
    }

    @Override
    public void down(Link link, String reason) {
        Peer peer = peers.get(link.node());
        if (peer != null) {
            peer.down(link, reason);
        }
    }

    /** That incarnation is dead for ever: what waits for it is dead letters, and watchers of its actors are told. */
    public void lost(NodeId node) {
        lost.add(node);
        NodeActors own = nodeActors;
        if (own != null) {
            own.lost(node);
        }
        Peer peer = peers.remove(node);
        if (peer != null) {
            peer.end(Peer.End.LOST, "removed from the cluster");
        }
    }

    /** This incarnation is over: all others are lost for it, and nothing comes any more. */
    public void close() {
        closed = true;
        peers.keySet().forEach(this::lost);
        exports.close();
    }

    /**
     * Makes an actor known under a number that other nodes know beforehand.
     *
     * @param id odd, and not given yet
     */
    void makeKnown(long id, ActorRef<?> actor) {
        exports.exportAs(id, actor);
    }

    /** An actor of another node that has such a number. */
    <M> ActorRef<M> reference(NodeId node, long id) {
        return new RemoteRef<>(this, node, id, id, null);
    }

    /** What became of messages to and from each node that there is. */
    public List<PeerStats> stats() {
        return peers.values().stream().map(Peer::stats).toList();
    }

    /** How many references of this node others know. */
    public int knownReferences() {
        return exports.size();
    }

    // ------------------------------------------------------------------------------------------------ for the package

    /** Who hears of links and of losses, and of the links that there are. */
    void nodeActors(NodeActors actors) {
        nodeActors = actors;
        peers.values().stream().filter(Peer::isLinked).forEach(peer -> actors.linked(peer.node));
    }

    NodeId self() {
        return links.self();
    }

    ActorSystem system() {
        return system;
    }

    ActivityScheduler scheduler() {
        return system.scheduler();
    }

    Scheduler.Worker newWorker() {
        return scheduler().createWorker();
    }

    long nanoTime() {
        return scheduler().timer().nanoTime();
    }

    double random() {
        return scheduler().random();
    }

    /** A node; one to which nothing gets if it is lost, or a stranger too many. */
    Peer peer(NodeId node) {
        Peer known = known(node);
        if (known != null) {
            return known;
        }
        if (isMember(node)) {
            return begun(node);
        }
        Peer stranger = peers.computeIfAbsent(node, this::stranger);
        if (stranger == null) {
            return crowded(node);
        }
        stranger.ensureLink(); // or it is forgotten
        return unlessLost(stranger);
    }

    /** A node with which there is a link, which so is no stranger. */
    private Peer linked(NodeId node) {
        Peer known = known(node);
        return known == null ? begun(node) : known;
    }

    private @Nullable Peer known(NodeId node) {
        Peer known = peers.get(node);
        if (known != null && known.isForgotten()) {
            peers.remove(node, known);
            known = null;
        }
        if (known != null) {
            return known;
        }
        if (node.equals(self())) {
            return nobodyHere;
        }
        return isLost(node) ? nowhere : null;
    }

    private Peer begun(NodeId node) {
        return unlessLost(peers.computeIfAbsent(node, n -> new Peer(this, n, settings.lanes())));
    }

    private Peer unlessLost(Peer peer) {
        if (isLost(peer.node)) {
            lost(peer.node);
        }
        return peer;
    }

    private @Nullable Peer stranger(NodeId node) {
        if (strangers.incrementAndGet() > MAX_STRANGERS) {
            strangers.decrementAndGet();
            return null;
        }
        return new Peer(this, node, settings.lanes()).asStranger();
    }

    /** One who is no stranger any more, or gone. */
    void acquainted() {
        strangers.decrementAndGet();
    }

    /** Where what is for one stranger too many becomes dead letters. */
    Peer crowded(NodeId node) {
        long count = refusedStrangers.incrementAndGet();
        if ((count & count - 1) == 0) { // not for each of many
            LOG.warn(
                    "{} is no member, and references name too many such nodes or actors of them: what is sent there is a dead"
                            + " letter, {} times so far",
                    node,
                    count);
        }
        return crowd;
    }

    /** Lets go of a stranger, unless something is watched or asked there; what waits for it becomes dead letters. */
    boolean forget(Peer peer) {
        if (!peer.forget()) {
            return false;
        }
        peers.remove(peer.node, peer);
        peer.over();
        return true;
    }

    boolean isMember(NodeId node) {
        return isMember.test(node);
    }

    /** A link with a member; who is none yet, or no more, is not dialled. */
    Mono<Link> link(NodeId node) {
        return isMember(node)
                ? links.to(node)
                : Mono.error(() -> new IOException(node + " is not known to be a member"));
    }

    boolean isLost(NodeId node) {
        return closed || lost.contains(node);
    }

    /** A reference of this node that comes home. */
    ActorRef<?> home(long id) {
        Exports.Export export = exports.find(id);
        return export == null ? new RemoteRef<>(this, self(), id, id, null) : export.reference();
    }

    /** The context that a message is sent with. */
    ContextView outgoing(ActorRef<?> target, Object message, ContextView context) {
        return port.outgoing(target, message, context);
    }

    void deadLetter(DeadLetter letter) {
        port.deadLetter(letter);
    }

    /** A message for somebody here who is not there. */
    void deadHere(long id, Object message, DeadLetter.Reason reason) {
        deadLetter(new DeadLetter(message, new RemoteRef<>(this, self(), id, id, null), null, reason));
    }

    /** The box of the messages to a watcher, behind which it is told. */
    long boxOf(Watcher watcher) {
        return watcher instanceof ActorRef<?> actor ? exports.export(actor).box() : 0;
    }
}
