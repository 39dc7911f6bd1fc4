package io.bastion.cluster;

import io.bastion.cluster.ClusterEvent.MemberReachable;
import io.bastion.cluster.ClusterEvent.MemberRemoved;
import io.bastion.cluster.ClusterEvent.MemberUnreachable;
import io.bastion.cluster.ClusterEvent.MemberUp;
import io.bastion.cluster.ClusterEvent.QuorumLost;
import io.bastion.cluster.ClusterEvent.QuorumRegained;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** The members by what was published about them, and the events as a stream that begins with the members. Thread-safe. */
final class ClusterEvents {
    /** By how many events a subscriber may be behind. */
    static final int CAPACITY = 4_096;

    /** All of the following under this lock; a subscriber is told on another thread. */
    private final Object lock = new Object();

    private final Set<Sinks.Many<ClusterEvent>> subscribers = new LinkedHashSet<>();
    private final Map<Long, Member> members = new LinkedHashMap<>();
    private final Set<Long> unreachable = new LinkedHashSet<>();
    private boolean quorum = true;
    private boolean completed;

    List<Member> members() {
        synchronized (lock) {
            return List.copyOf(members.values());
        }
    }

    void publish(ClusterEvent event) {
        synchronized (lock) {
            if (completed) {
                return;
            }
            note(event);
            List.copyOf(subscribers).forEach(subscriber -> tell(subscriber, event));
        }
    }

    private void note(ClusterEvent event) {
        if (event instanceof MemberUp e) {
            members.put(e.member().uid(), e.member());
        } else if (event instanceof MemberRemoved e) {
            members.remove(e.member().uid());
            unreachable.remove(e.member().uid());
        } else if (event instanceof MemberUnreachable e) {
            unreachable.add(e.member().uid());
        } else if (event instanceof MemberReachable e) {
            unreachable.remove(e.member().uid());
        } else if (event instanceof QuorumLost) {
            quorum = false;
        } else if (event instanceof QuorumRegained) {
            quorum = true;
        }
    }

    private void tell(Sinks.Many<ClusterEvent> subscriber, ClusterEvent event) {
        if (subscriber.tryEmitNext(event).isFailure()) {
            subscribers.remove(subscriber);
            subscriber.tryEmitError(
                    Exceptions.failWithOverflow("subscriber of cluster events: more than " + CAPACITY + " behind"));
        }
    }

    void complete() {
        synchronized (lock) {
            completed = true;
            subscribers.forEach(Sinks.Many::tryEmitComplete);
            subscribers.clear();
        }
    }

    Flux<ClusterEvent> flux() {
        return Flux.defer(() -> {
            Sinks.Many<ClusterEvent> sink =
                    Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(CAPACITY));
            List<ClusterEvent> present;
            synchronized (lock) {
                present = present();
                if (completed) {
                    sink.tryEmitComplete();
                } else {
                    subscribers.add(sink);
                }
            }
            return sink.asFlux()
                    .startWith(present)
                    .publishOn(Schedulers.parallel())
                    .doFinally(end -> forget(sink));
        });
    }

    private List<ClusterEvent> present() {
        List<ClusterEvent> events = new ArrayList<>();
        members.values().forEach(member -> events.add(new MemberUp(member)));
        for (long uid : unreachable) {
            Member member = members.get(uid);
            if (member != null) {
                events.add(new MemberUnreachable(member));
            }
        }
        if (!quorum) {
            events.add(new QuorumLost());
        }
        return events;
    }

    private void forget(Sinks.Many<ClusterEvent> sink) {
        synchronized (lock) {
            subscribers.remove(sink);
        }
    }
}
