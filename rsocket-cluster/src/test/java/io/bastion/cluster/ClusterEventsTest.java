package io.bastion.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.cluster.ClusterEvent.MemberRemoved;
import io.bastion.cluster.ClusterEvent.MemberUnreachable;
import io.bastion.cluster.ClusterEvent.MemberUp;
import io.bastion.cluster.ClusterEvent.QuorumLost;
import io.bastion.cluster.ClusterEvent.Reason;
import io.bastion.testkit.Await;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.StepVerifier;

@Timeout(60)
class ClusterEventsTest {
    private final ClusterEvents events = new ClusterEvents();

    private static Member member(int uid) {
        return new Member("h", 1, uid, "n", Set.of(), Map.of());
    }

    @Test
    void subscriber_comes_hearsOfThePresentAndThenOfTheRest() {
        events.publish(new MemberUp(member(1)));
        events.publish(new MemberUp(member(2)));
        events.publish(new MemberUp(member(3)));
        events.publish(new MemberRemoved(member(2), Reason.LEFT));
        events.publish(new MemberUnreachable(member(3)));
        events.publish(new QuorumLost());
        StepVerifier.create(events.flux())
                .expectNext(
                        new MemberUp(member(1)),
                        new MemberUp(member(3)),
                        new MemberUnreachable(member(3)),
                        new QuorumLost())
                .then(() -> events.publish(new MemberRemoved(member(3), Reason.DEAD)))
                .expectNext(new MemberRemoved(member(3), Reason.DEAD))
                .then(events::complete)
                .verifyComplete();
        assertThat(events.members()).containsExactly(member(1));
    }

    @Test
    void subscribers_comeWhileMembersComeAndGo_eachHearsEachOnce() throws InterruptedException {
        int members = 3_000;
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger ended = new AtomicInteger();
        List<String> wrong = new CopyOnWriteArrayList<>();
        Thread publisher = new Thread(() -> {
            for (int i = 1; i <= members; i++) {
                events.publish(new MemberUp(member(i)));
                if (i > 3) {
                    events.publish(new MemberRemoved(member(i - 3), Reason.DEAD));
                }
                if (i % 64 == 0) {
                    Thread.yield();
                }
            }
            over.set(true);
            events.complete();
        });
        publisher.start();
        int subscribers = 0;
        while (!over.get() && subscribers < 50) {
            subscribers++;
            Set<Long> up = new HashSet<>();
            events.flux()
                    .doFinally(end -> ended.incrementAndGet())
                    .subscribe(
                            event -> {
                                if (event instanceof MemberUp e
                                        && !up.add(e.member().uid())) {
                                    wrong.add("twice " + e);
                                } else if (event instanceof MemberRemoved e
                                        && !up.remove(e.member().uid())) {
                                    wrong.add("not up " + e);
                                }
                            },
                            e -> {}); // may be too far behind
        }
        publisher.join();
        int all = subscribers;
        Await.until("all have ended", () -> ended.get() == all);
        assertThat(wrong).isEmpty();
    }

    @Test
    void subscriber_isFarBehind_getsAnErrorAndTheOthersGoOn() {
        Queue<ClusterEvent> heard = new ConcurrentLinkedQueue<>();
        events.flux().subscribe(heard::add);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        BaseSubscriber<ClusterEvent> slow = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnError(Throwable error) {
                failure.set(error);
            }
        };
        events.flux().subscribe(slow);
        for (int i = 1; i <= ClusterEvents.CAPACITY + 1_000; i++) {
            events.publish(new MemberUnreachable(member(i)));
            if (i % 500 == 0) {
                int sent = i;
                Await.until("the other one has it", () -> heard.size() == sent);
            }
        }
        slow.requestUnbounded();
        Await.until("it fails", () -> failure.get() != null);
        assertThat(failure.get()).hasMessageContaining("more than " + ClusterEvents.CAPACITY + " behind");
    }
}
