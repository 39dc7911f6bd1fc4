package io.bastion.cluster;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Distributor;
import io.bastion.actor.TellResult;
import io.bastion.cluster.ClusterEvent.Cause;
import io.bastion.cluster.ClusterEvent.MemberReachable;
import io.bastion.cluster.ClusterEvent.MemberRemoved;
import io.bastion.cluster.ClusterEvent.MemberUnreachable;
import io.bastion.cluster.ClusterEvent.MemberUp;
import io.bastion.cluster.ClusterEvent.QuorumLost;
import io.bastion.cluster.ClusterEvent.QuorumRegained;
import io.bastion.cluster.ClusterEvent.Reason;
import io.bastion.cluster.ClusterEvent.Rejoined;
import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.membership.MembershipEvent;
import io.bastion.cluster.membership.Peer;
import io.bastion.cluster.membership.Removal;
import io.bastion.cluster.membership.Tombstones;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.function.Tuple2;
import reactor.util.function.Tuples;
import reactor.util.retry.Retry;

/** A node: one incarnation after another. */
final class ClusterNode implements Cluster {
    private static final Logger log = LoggerFactory.getLogger(ClusterNode.class);

    /** How long a start waits for the first of the others, if any are known. */
    static final Duration JOIN_TIMEOUT = Duration.ofSeconds(3);

    private static final Duration SHORTEST_RETRY = Duration.ofMillis(100);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

    private final ClusterConfig config;
    private final Surroundings surroundings;
    private final Service.Factory services;
    private final Tombstones tombstones = new Tombstones();
    private final ClusterEvents events = new ClusterEvents();
    private final Disposable.Swap discovery = Disposables.swap();
    private final Sinks.Empty<Void> company = Sinks.empty();
    private final Sinks.Empty<Void> closed = Sinks.empty();

    /** Guards the following, and the order of events. */
    private final Object lock = new Object();

    private @Nullable Incarnation current;
    private Set<String> known = Set.of();
    private boolean quorum = true;

    /** Why there is not the same incarnation any more. */
    private Cause cause = Cause.REMOVED;

    private boolean leaving;

    /** Set at the start, and never unset. */
    private volatile @Nullable Member self;

    private ClusterNode(ClusterConfig config, Surroundings surroundings, Service.Factory services) {
        this.config = config;
        this.surroundings = surroundings;
        this.services = services;
    }

    static Mono<Cluster> start(ClusterConfig config, Surroundings surroundings) {
        return start(config, surroundings, Service.NONE);
    }

    static Mono<Cluster> start(ClusterConfig config, Surroundings surroundings, Service.Factory services) {
        return Mono.defer(() -> new ClusterNode(config, surroundings, services).start());
    }

    private Mono<Cluster> start() {
        return open(config.port(), Set.of())
                .flatMap(incarnation -> begin(incarnation).then(Mono.fromRunnable(this::discover)))
                .then(Mono.defer(this::waitForCompany))
                .thenReturn(this)
                .cast(Cluster.class)
                .doOnError(e -> surroundings.scheduler().dispose());
    }

    private Mono<Incarnation> open(int port, Set<Long> reference) {
        return Incarnation.open(config, surroundings, services, tombstones, port, reference);
    }

    private Mono<Void> begin(Incarnation incarnation) {
        synchronized (lock) {
            Member before = self;
            current = incarnation;
            self = incarnation.self();
            if (before != null) {
                events.publish(new Rejoined(before, incarnation.self(), cause));
            }
            events.publish(new MemberUp(incarnation.self()));
            publishQuorum(incarnation.hasQuorum());
        }
        return incarnation.start(event -> on(incarnation, event)).then(Mono.fromRunnable(() -> found(known)));
    }

    private void discover() {
        Member me = self();
        discovery.update(config.discovery()
                .find(new Discovery.Self(config.name(), me.host(), me.port(), config.bindHost()))
                .subscribe(this::found, e -> log.error("{}: discovery has failed", me, e)));
    }

    private void found(Set<String> addresses) {
        synchronized (lock) {
            known = addresses;
            Incarnation now = current;
            if (now != null) {
                now.contact(addresses);
            }
        }
    }

    private Mono<Void> waitForCompany() {
        synchronized (lock) {
            if (known.stream().allMatch(self().address()::equals)) {
                return Mono.empty();
            }
        }
        return company.asMono().timeout(JOIN_TIMEOUT, Mono.empty(), surroundings.scheduler());
    }

    private void on(Incarnation incarnation, MembershipEvent event) {
        synchronized (lock) {
            if (incarnation != current) {
                return;
            }
            if (event instanceof MembershipEvent.Joined e) {
                events.publish(new MemberUp(Member.of(e.peer())));
                company.tryEmitEmpty();
            } else if (event instanceof MembershipEvent.Unreachable e) {
                events.publish(new MemberUnreachable(Member.of(e.peer())));
            } else if (event instanceof MembershipEvent.Reachable e) {
                events.publish(new MemberReachable(Member.of(e.peer())));
            } else if (event instanceof MembershipEvent.Removed e) {
                Reason reason = e.reason() == Removal.LEFT ? Reason.LEFT : Reason.DEAD;
                events.publish(new MemberRemoved(Member.of(e.peer()), reason));
            } else if (event instanceof MembershipEvent.Quorum e) {
                publishQuorum(e.held());
            } else if (event instanceof MembershipEvent.Expelled e) {
                rejoin(incarnation, e.cause() == MembershipEvent.Cause.REMOVED ? Cause.REMOVED : Cause.QUORUM_LOST);
            }
        }
    }

    private void publishQuorum(boolean held) {
        if (held != quorum) {
            quorum = held;
            events.publish(held ? new QuorumRegained() : new QuorumLost());
        }
    }

    private void rejoin(Incarnation over, Cause why) {
        log.warn("{} joins anew: {}", over.node(), why);
        current = null;
        cause = why;
        publishQuorum(false);
        List<Member> members = events.members();
        for (int i = members.size() - 1; i >= 0; i--) {
            events.publish(new MemberRemoved(members.get(i), Reason.REJOINING));
        }
        over.close("joins anew: " + why)
                .then(Mono.defer(() -> open(over.port(), over.reference())))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, SHORTEST_RETRY)
                        .maxBackoff(LONGEST_RETRY)
                        .filter(e -> isWanted())
                        .scheduler(surroundings.scheduler()))
                .flatMap(next -> isWanted() ? begin(next) : next.close("left"))
                .subscribe(null, e -> {
                    if (isWanted()) {
                        log.error("{} cannot join anew", over.node(), e);
                    }
                });
    }

    private boolean isWanted() {
        synchronized (lock) {
            return !leaving;
        }
    }

    @Override
    public Member self() {
        Member me = self;
        if (me == null) {
            throw new IllegalStateException("node: not started");
        }
        return me;
    }

    @Override
    public List<Member> members() {
        return events.members();
    }

    @Override
    public boolean hasQuorum() {
        synchronized (lock) {
            return quorum;
        }
    }

    @Override
    public Flux<ClusterEvent> events() {
        return events.flux();
    }

    private NodeActorsService actors() {
        if (services instanceof NodeActorsService actors) {
            return actors;
        }
        throw new IllegalStateException(
                "cluster: " + config.name() + " (expected: a node that was started with an ActorSystem)");
    }

    private NodeId idOf(Member member) {
        return new NodeId(member.host(), member.port(), member.uid());
    }

    private Member memberOf(NodeId node) {
        return members().stream()
                .filter(member -> idOf(member).equals(node))
                .findFirst()
                .orElseGet(() -> Member.of(new Peer(node, node.address(), Set.of(), Map.of())));
    }

    @Override
    public TellResult send(Member to, Object message) {
        return actors().actors().send(idOf(to), message);
    }

    @Override
    public Flux<MemberMessage> messages() {
        return actors().messages().map(received -> new MemberMessage(memberOf(received.from()), received.message()));
    }

    @Override
    public void register(String specification, Function<Object, ActorSpec<?>> factory) {
        actors().register(specification, factory);
    }

    @Override
    public <M> Mono<ActorRef<M>> spawn(Member on, String specification, Object argument, Duration timeout) {
        NodeActorsService actors = actors();
        return Mono.defer(() -> actors.actors().spawn(idOf(on), specification, argument, timeout));
    }

    @Override
    public <M> Mono<ActorRef<M>> spawnAtLeastLoaded(String specification, Object argument, Duration timeout) {
        NodeActorsService actors = actors();
        Duration half = timeout.dividedBy(2);
        return Flux.defer(() -> Flux.fromIterable(members()))
                .flatMap(member -> actors.actors()
                        .load(idOf(member), half)
                        .onErrorComplete()
                        .map(load -> Tuples.of(load, member)))
                .sort(Comparator.comparing(Tuple2::getT1))
                .next()
                .flatMap(least -> spawn(least.getT2(), specification, argument, timeout.minus(half)));
    }

    @Override
    public void joinGroup(String group, ActorRef<?> member) {
        actors().join(group, member);
    }

    @Override
    public void leaveGroup(String group, ActorRef<?> member) {
        actors().leave(group, member);
    }

    @Override
    public Disposable shareGroup(String name) {
        SharedGroup group = new SharedGroup(name, actors());
        whenClosed().subscribe(null, null, group::dispose);
        return group;
    }

    @Override
    public <M> Distributor<M> group(String name, Class<M> type) {
        return new NodeDistributor<>(name, actors(), now -> now.group(name, type, false));
    }

    @Override
    public <M> Distributor<M> groupPreferringLocal(String name, Class<M> type) {
        return new NodeDistributor<>(name, actors(), now -> now.group(name, type, true));
    }

    @Override
    public List<Traffic> traffic() {
        return services instanceof NodeActorsService actors ? actors.traffic() : List.of();
    }

    @Override
    public Mono<Void> leave() {
        return Mono.defer(() -> {
            Incarnation last;
            synchronized (lock) {
                if (leaving) {
                    return whenClosed();
                }
                leaving = true;
                last = current;
            }
            discovery.dispose();
            Mono<Void> end =
                    last == null ? Mono.empty() : last.leave().onErrorComplete().then(last.close("left"));
            end.doFinally(signal -> end()).subscribe();
            return whenClosed();
        });
    }

    private void end() {
        synchronized (lock) {
            current = null;
            events.complete();
        }
        closed.tryEmitEmpty();
        surroundings.scheduler().dispose();
    }

    @Override
    public Mono<Void> whenClosed() {
        return closed.asMono();
    }
}
