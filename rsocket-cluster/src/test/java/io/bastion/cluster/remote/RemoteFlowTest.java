package io.bastion.cluster.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.TellResult;
import io.bastion.cluster.remote.Nodes.Numbered;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

@BastionTest
class RemoteFlowTest {
    private TestKit kit;
    private Nodes nodes;

    @BeforeEach
    void start(TestKit kit) {
        this.kit = kit;
        nodes = new Nodes(kit);
    }

    @AfterEach
    void end() {
        nodes.close();
    }

    private Outlet outlet(ActorRef<?> remote) {
        RemoteRef<?> ref = (RemoteRef<?>) remote;
        return Objects.requireNonNull(ref.peer().outlet(ref.box));
    }

    private Inlet inlet(ActorRef<?> remote) {
        return Objects.requireNonNull(nodes.b.remoting.peer(nodes.a.id).inlet(((RemoteRef<?>) remote).box));
    }

    @Test
    void slowActor_isBounded_andOthersOnTheSameLaneAreNotSlowed() {
        nodes.close();
        nodes = new Nodes(kit, RemoteSettings.defaults().lanes(1).outbox(1_000, 100_000), 10);
        Sinks.Empty<Void> release = Sinks.empty();
        List<Integer> slowly = new ArrayList<>();
        List<Integer> quickly = new ArrayList<>();
        ActorRef<Integer> slow = nodes.b.known(kit.spawn(ActorSpec.of(
                "slow",
                () -> Behavior.receiveAsync((c, m) -> {
                    slowly.add(m);
                    return release.asMono();
                }))));
        ActorRef<Integer> quick = nodes.b.known(nodes.actor("quick", (context, message) -> quickly.add(message)));

        int accepted = 0;
        for (int quiet = 0; quiet < 3; ) {
            if (slow.tell(accepted) == TellResult.ACCEPTED) {
                accepted++;
                quiet = 0;
            } else {
                quiet++;
                kit.rest();
            }
        }
        List<Boolean> sent = new ArrayList<>();
        slow.send(accepted).subscribe(sent::add);
        kit.rest();
        kit.result(quick.feed(Flux.range(0, 10_000)));
        kit.until("all are there", () -> quickly.size() == 10_000);

        assertThat(quickly).isSorted();
        assertThat(slowly).hasSize(1);
        assertThat(sent).isEmpty();
        // outbox, window, and what the mailbox is fed ahead of its actor
        int window = RemoteSettings.defaults().window();
        assertThat(accepted).isBetween(1_000 + window, 1_000 + window + 257);

        release.tryEmitEmpty();
        int all = accepted + 1;
        kit.until("all are there", () -> slowly.size() == all);
        assertThat(slowly).isSorted().doesNotHaveDuplicates();
        assertThat(sent).containsExactly(true);
    }

    @RepeatedTest(5)
    void credit_isConserved() {
        nodes.network.delay(Duration.ofNanos(10), Duration.ofMillis(2));
        Random random = new Random(kit.seed().orElse(1));
        List<byte[]> got = new ArrayList<>();
        ActorRef<byte[]> remote = nodes.b.known(nodes.actor("sink", (context, message) -> got.add(message)));

        for (int i = 0; i < 2_000; i++) {
            assertThat(remote.tell(new byte[random.nextInt(50) == 0 ? random.nextInt(500_000) : 10]))
                    .isEqualTo(TellResult.ACCEPTED);
        }
        nodes.until("all are there", () -> got.size() == 2_000);
        kit.advanceBy(Duration.ofMillis(100));

        assertThat(outlet(remote).credit() + inlet(remote).owed())
                .isEqualTo(RemoteSettings.defaults().window());
        assertThat(outlet(remote).depth()).isZero();
        assertThat(nodes.a.stats().waiting()).isZero();
        assertThat(nodes.a.stats().written()).isEqualTo(2_000);
        assertThat(nodes.b.stats().received()).isEqualTo(2_000);
    }

    @RepeatedTest(30)
    void underLinksThatBreak_nothingComesTwice_orderIsKept_andAllIsAccountedFor() {
        Random random = new Random(kit.seed().orElse(1));
        nodes.network.delay(Duration.ofNanos(10), Duration.ofMillis(20));
        List<Numbered> got = new ArrayList<>();
        List<ActorRef<Numbered>> remotes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            remotes.add(nodes.b.known(nodes.actor("sink-" + i, (context, message) -> got.add(message))));
        }

        int[] next = new int[5];
        for (int i = 0; i < 400; i++) {
            int who = random.nextInt(5);
            for (int n = random.nextInt(30); n > 0; n--) {
                assertThat(remotes.get(who).tell(new Numbered(who, next[who]++)))
                        .isEqualTo(TellResult.ACCEPTED);
            }
            if (random.nextInt(20) == 0) {
                nodes.network.breakLinks(Nodes.A, Nodes.B);
            }
            kit.advanceBy(Duration.ofMillis(random.nextInt(10)));
        }
        kit.advanceBy(Duration.ofSeconds(30));

        long sent = 0;
        for (int who = 0; who < 5; who++) {
            int own = who;
            sent += next[who];
            assertThat(got.stream().filter(n -> n.sender() == own).map(Numbered::number))
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
        PeerStats stats = nodes.a.stats();
        assertThat(kit.deadLetters()).isEmpty();
        assertThat(stats.written()).isEqualTo(sent);
        assertThat(stats.waiting()).isZero();
        assertThat(nodes.b.stats().received())
                .isEqualTo(got.size() + nodes.b.stats().lostHere());
        assertThat(sent - got.size())
                .isBetween(0L, stats.mayBeLost() + nodes.b.stats().lostHere());
    }

    @Test
    void nodeThatIsNotReached_itsMessagesWait_andAreDeadLettersWhenTheTimeIsOver() {
        List<Integer> got = new ArrayList<>();
        ActorRef<Integer> remote = nodes.b.known(nodes.actor("sink", (context, message) -> got.add(message)));
        nodes.network.cut(Nodes.A, Nodes.B);

        remote.tell(1);
        kit.advanceBy(Duration.ofSeconds(20));
        assertThat(kit.deadLetters()).isEmpty();
        kit.advanceBy(Duration.ofSeconds(30));

        assertThat(kit.deadLetters())
                .singleElement()
                .extracting(DeadLetter::reason)
                .isEqualTo(DeadLetter.Reason.UNREACHABLE);
        nodes.network.heal();
        remote.tell(2);
        kit.advanceBy(Duration.ofSeconds(20));
        assertThat(got).containsExactly(2);
    }

    @Test
    void nodeThatIsNoMember_isNotDialled_andItsMessagesAreDeadLetters_unlessItBecomesOne() {
        List<Integer> got = new ArrayList<>();
        ActorRef<Integer> remote = nodes.b.known(nodes.actor("sink", (context, message) -> got.add(message)));
        nodes.a.strangers.add(nodes.b.id);

        remote.tell(1);
        kit.advanceBy(Duration.ofSeconds(60));
        assertThat(nodes.a.ups).isZero();
        assertThat(kit.deadLetters())
                .singleElement()
                .extracting(DeadLetter::reason)
                .isEqualTo(DeadLetter.Reason.UNREACHABLE);

        nodes.a.strangers.clear();
        remote.tell(2);
        kit.advanceBy(Duration.ofSeconds(20));
        assertThat(got).containsExactly(2);
    }

    @Test
    void lostNode_itsMessagesAreDeadLetters_alsoOfThoseWhoWait() {
        nodes.close();
        nodes = new Nodes(kit, RemoteSettings.defaults().outbox(2, 100), 10);
        ActorRef<Integer> remote = nodes.b.known(nodes.actor("sink", (context, message) -> {}));
        nodes.network.cut("a:10", "b:11");
        List<Boolean> sent = new ArrayList<>();
        remote.tell(1);
        remote.tell(2);
        remote.send(3).subscribe(sent::add);
        kit.rest();

        nodes.a.lose();
        kit.rest();

        assertThat(remote.tell(4)).isEqualTo(TellResult.TERMINATED);
        assertThat(kit.deadLetters()).extracting(DeadLetter::message).containsExactlyInAnyOrder(1, 2, 3, 4);
        assertThat(kit.deadLetters()).extracting(DeadLetter::reason).containsOnly(DeadLetter.Reason.NODE_LOST);
        assertThat(sent).containsExactly(false);
    }

    @Test
    void outletsInletsAndReferences_leaveWithTheirActors() {
        for (int i = 0; i < 300; i++) {
            ActorRef<String> actor = kit.spawn(ActorSpec.anonymous(() -> Behavior.receive((c, m) -> c.stop())));
            nodes.b.known(actor).tell("end");
            kit.rest();
        }

        assertThat(nodes.b.remoting.knownReferences()).isZero();
        assertThat(nodes.b.remoting.peer(nodes.a.id).boxes()).isZero();
        assertThat(nodes.a.remoting.peer(nodes.b.id).boxes()).isZero();
    }
}
