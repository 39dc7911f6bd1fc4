package io.bastion.cluster.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.RemoteFailureException;
import io.bastion.actor.Signal;
import io.bastion.actor.TellResult;
import io.bastion.actor.TerminationReason;
import io.bastion.cluster.remote.Nodes.Introduction;
import io.bastion.supervision.Restart;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@BastionTest
class RemoteWatchTest {
    private TestKit kit;
    private Nodes nodes;
    private final List<Object> heard = new ArrayList<>();

    @BeforeEach
    void start(TestKit kit) {
        this.kit = kit;
        nodes = new Nodes(kit);
    }

    @AfterEach
    void end() {
        nodes.close();
    }

    /** An actor that writes down what it hears. */
    private final class Watcher implements Behavior.Receive<Object> {
        private final List<ActorRef<?>> watched;

        Watcher(List<ActorRef<?>> watched) {
            this.watched = watched;
        }

        @Override
        public void receive(ActorContext<Object> context, Object message) {
            if (message.equals("watch")) {
                watched.forEach(context::watch);
            } else if (message.equals("unwatch")) {
                watched.forEach(context::unwatch);
            } else {
                heard.add(message);
            }
        }

        @Override
        public void onSignal(ActorContext<Object> context, Signal signal) {
            if (signal instanceof Signal.Terminated terminated) {
                heard.add(terminated);
            }
        }
    }

    private ActorRef<Object> watcher(ActorRef<?>... watched) {
        return watcher("watcher", watched);
    }

    private ActorRef<Object> watcher(String name, ActorRef<?>... watched) {
        ActorRef<Object> watcher = kit.spawn(ActorSpec.of(name, () -> new Watcher(List.of(watched))));
        watcher.tell("watch");
        watcher.tell("watch");
        kit.advanceBy(Duration.ofMillis(50));
        return watcher;
    }

    private ActorRef<Object> victim() {
        return nodes.actor("victim", (context, message) -> {
            throw new IllegalStateException("boom");
        });
    }

    @Test
    void watcher_isToldOnceWhenTheActorStops_andNothingIsKept() {
        ActorRef<Object> victim = victim();
        ActorRef<Object> remote = nodes.b.known(victim);
        watcher(remote);

        victim.stop();
        kit.until("it is heard", () -> !heard.isEmpty());
        kit.rest();

        assertThat(heard).containsExactly(new Signal.Terminated(remote, TerminationReason.STOPPED));
        assertThat(nodes.b.remoting.peer(nodes.a.id).watchedHere.size()).isZero();
        assertThat(nodes.a.remoting.peer(nodes.b.id).watches.isEmpty()).isTrue();
        assertThat(nodes.b.remoting.knownReferences()).isZero();
    }

    @Test
    void watcherThatIsTold_sendsSomethingAtOnce_isRefused() {
        List<TellResult> results = new ArrayList<>();
        ActorRef<Object> victim = nodes.actor("victim", (context, message) -> {});
        ActorRef<Object> remote = nodes.b.known(victim);
        kit.spawn(ActorSpec.<Object>of("watcher", context -> {
            context.watch(remote);
            return Behavior.<Object>receive((own, message) -> remote.tell(message))
                    .onSignal((own, signal) -> results.add(remote.tell("too late")));
        }));
        kit.rest();

        victim.stop();
        kit.until("it is heard", () -> !results.isEmpty());

        assertThat(results).containsExactly(TellResult.TERMINATED);
    }

    @Test
    void watcherOfOneThatHasEnded_isToldAtOnce() {
        ActorRef<Object> victim = victim();
        ActorRef<Object> remote = nodes.b.known(victim);
        victim.stop();
        kit.rest();

        watcher(remote);

        assertThat(heard).containsExactly(new Signal.Terminated(remote, TerminationReason.STOPPED));
    }

    private ActorRef<Object> mortal(String name) {
        return kit.spawn(ActorSpec.<Object>of(
                        name,
                        () -> Behavior.receive((context, message) -> {
                            throw new IllegalStateException("boom");
                        }))
                .restart(Restart.temporary()));
    }

    private void assertFailedWithBoom() {
        TerminationReason reason = ((Signal.Terminated) heard.get(0)).reason();
        assertThat(reason).isInstanceOf(TerminationReason.Failed.class);
        assertThat(((TerminationReason.Failed) reason).cause())
                .isInstanceOf(RemoteFailureException.class)
                .hasMessage("java.lang.IllegalStateException: boom");
    }

    @Test
    void failure_travelsAsWords() {
        ActorRef<Object> victim = mortal("victim");
        ActorRef<Object> remote = nodes.b.known(victim);
        watcher(remote);

        victim.tell("fail");
        kit.until("it is heard", () -> !heard.isEmpty());

        assertFailedWithBoom();
    }

    /** At each moment of the signal's way and of its acknowledgement's. */
    @Test
    void linkThatBreaks_theReasonComesOverTheNextOne() {
        nodes.network.delay(Duration.ofMillis(10), Duration.ofMillis(10));
        for (int millis = 0; millis <= 40; millis += 2) {
            heard.clear();
            ActorRef<Object> victim = mortal("victim-" + millis);
            watcher("watcher-" + millis, nodes.b.known(victim));

            victim.tell("fail");
            kit.advanceBy(Duration.ofMillis(millis));
            nodes.network.breakLinks(Nodes.A, Nodes.B);
            nodes.until("it is heard", () -> !heard.isEmpty());
            kit.advanceBy(Duration.ofSeconds(5));

            assertThat(heard).as("broken after %d ms", millis).hasSize(1);
            assertFailedWithBoom();
            assertThat(nodes.b.remoting.peer(nodes.a.id).watchedHere.size()).isZero();
        }
    }

    /** Actors would not hear a second signal: they have taken the watch back by then. */
    @RepeatedTest(5)
    void watcherThatIsNoActor_isToldOnceToo() {
        Random random = new Random(kit.seed().orElse(1));
        nodes.network.delay(Duration.ofNanos(10), Duration.ofMillis(20));
        ActorRef<Object> victim = victim();
        AtomicInteger told = new AtomicInteger();
        ((RemoteRef<?>) nodes.b.known(victim)).addWatcher((actor, reason) -> told.incrementAndGet());
        kit.advanceBy(Duration.ofMillis(50));

        victim.stop();
        for (int i = 0; i < 4; i++) {
            kit.advanceBy(Duration.ofMillis(random.nextInt(30)));
            nodes.network.breakLinks(Nodes.A, Nodes.B);
        }
        nodes.until("it is told", () -> told.get() > 0);
        kit.advanceBy(Duration.ofSeconds(5));

        assertThat(told).hasValue(1);
    }

    @Test
    void lostNode_isHeardOnce() {
        ActorRef<Object> victim = victim();
        ActorRef<Object> remote = nodes.b.known(victim);
        watcher(remote);

        nodes.a.lose();
        kit.rest();
        victim.stop();
        kit.rest();

        assertThat(heard).containsExactly(new Signal.Terminated(remote, TerminationReason.NODE_LOST));
    }

    @Test
    void watchOfALostNode_isToldAtOnce() {
        ActorRef<Object> remote = nodes.b.known(victim());
        nodes.a.lose();

        watcher(remote);

        assertThat(heard).containsExactly(new Signal.Terminated(remote, TerminationReason.NODE_LOST));
        assertThat(kit.result(remote.whenTerminated())).isEqualTo(TerminationReason.NODE_LOST);
    }

    @Test
    void afterUnwatch_nothingIsHeard() {
        ActorRef<Object> victim = victim();
        ActorRef<Object> watcher = watcher(nodes.b.known(victim));

        watcher.tell("unwatch");
        kit.rest();
        victim.stop();
        kit.rest();

        assertThat(heard).isEmpty();
        assertThat(nodes.b.remoting.peer(nodes.a.id).watchedHere.size()).isZero();
    }

    @RepeatedTest(20)
    void signal_comesBehindWhatTheActorHasSentBefore() {
        nodes.network.delay(Duration.ofNanos(10), Duration.ofMillis(3));
        ActorRef<Introduction> talker = nodes.actor("talker", (context, message) -> {
            ActorRef<Object> listener = (ActorRef<Object>) (ActorRef<?>) message.who();
            for (int i = 0; i < 1_000; i++) {
                assertThat(listener.tell(i).accepted()).isTrue();
            }
            context.stop();
        });
        ActorRef<Introduction> remote = nodes.b.known(talker);
        ActorRef<Object> watcher = watcher(remote);

        remote.tell(new Introduction((ActorRef<String>) (ActorRef<?>) watcher));
        nodes.until("all is heard", () -> heard.size() == 1_001);

        assertThat(heard.get(1_000)).isEqualTo(new Signal.Terminated(remote, TerminationReason.STOPPED));
    }

    @RepeatedTest(40)
    void underLinksThatBreak_everyWatchIsToldExactlyOnce() {
        Random random = new Random(kit.seed().orElse(1));
        nodes.network.delay(Duration.ofNanos(10), Duration.ofMillis(20));
        List<ActorRef<Object>> victims = new ArrayList<>();
        List<ActorRef<?>> remotes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            victims.add(nodes.actor("victim-" + i, (context, message) -> {}));
            remotes.add(nodes.b.known(victims.get(i)));
        }
        watcher(remotes.toArray(ActorRef[]::new));

        for (ActorRef<Object> victim : victims) {
            victim.stop();
            if (random.nextInt(3) == 0) {
                nodes.network.breakLinks(Nodes.A, Nodes.B);
            }
            kit.advanceBy(Duration.ofMillis(random.nextInt(30)));
        }
        nodes.until("all are heard", () -> heard.size() >= victims.size());
        kit.advanceBy(Duration.ofSeconds(5));

        assertThat(heard.stream().map(s -> ((Signal.Terminated) s).actor()))
                .containsExactlyInAnyOrderElementsOf((List) remotes);
        assertThat(nodes.b.remoting.peer(nodes.a.id).watchedHere.size()).isZero();
    }
}
