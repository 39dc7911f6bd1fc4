package io.bastion.cluster.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.RemoteActorRef.Watcher;
import io.bastion.actor.TellResult;
import io.bastion.actor.TerminationReason;
import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.remote.Nodes.Numbered;
import io.bastion.cluster.remote.Nodes.Question;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Nodes that references in messages name, and that are no members. */
@BastionTest
class StrangersTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Until messages have waited for long enough, and it was dialled in vain once more. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(45);

    private TestKit kit;
    private Nodes nodes;
    private Remoting remoting;

    @BeforeEach
    void start(TestKit kit) {
        this.kit = kit;
        nodes = new Nodes(kit);
        remoting = nodes.a.remoting;
    }

    @AfterEach
    void end() {
        nodes.close();
    }

    private RemoteRef<Object> stranger(int uid) {
        NodeId node = new NodeId("stranger", 9, uid);
        nodes.a.strangers.add(node);
        return (RemoteRef<Object>) remoting.<Object>reference(node, 2L * uid + 1_000_001);
    }

    private int peers() {
        return remoting.stats().size();
    }

    @Test
    void strangers_areForgotten_whenTheirMessagesAreDeadLetters() {
        for (int i = 0; i < 100; i++) {
            assertThat(stranger(i).tell(i)).isEqualTo(TellResult.ACCEPTED);
        }
        stranger(100).send("never subscribed to");
        stranger(101).stop();
        assertThat(peers()).isEqualTo(101);

        kit.advanceBy(Duration.ofSeconds(20));
        assertThat(kit.deadLetters()).isEmpty();
        kit.advanceBy(AFTERWARDS);

        assertThat(peers()).isZero();
        assertThat(kit.deadLetters())
                .hasSize(100)
                .allSatisfy(letter -> assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.UNREACHABLE));
    }

    @Test
    void strangersThatAreTooMany_areToldNothing_andOthersNotice() {
        for (int i = 0; i < Remoting.MAX_STRANGERS; i++) {
            stranger(i).tell("waits");
        }
        RemoteRef<Object> next = stranger(1_000);

        assertThat(next.tell("one too many")).isEqualTo(TellResult.DROPPED);
        assertThat(kit.result(next.send("this, too"))).isFalse();
        List<Object> heard = new ArrayList<>();
        next.addWatcher((actor, reason) -> heard.add(reason));
        next.<String>ask(reply -> new Question("q", reply), SECOND).subscribe(heard::add, heard::add);
        kit.rest();

        assertThat(peers()).isEqualTo(Remoting.MAX_STRANGERS);
        assertThat(kit.deadLetters()).extracting(DeadLetter::message).containsExactly("one too many", "this, too");
        assertThat(kit.deadLetters()).extracting(DeadLetter::recipient).containsOnly(next);
        assertThat(kit.deadLetters()).extracting(DeadLetter::reason).containsOnly(DeadLetter.Reason.UNREACHABLE);
        assertThat(heard).hasSize(2).first().isEqualTo(TerminationReason.NODE_LOST);
        assertThat(heard.get(1)).isInstanceOf(ActorTerminatedException.class);

        List<Integer> got = new ArrayList<>();
        ActorRef<Integer> member = nodes.b.known(nodes.actor("sink", (context, message) -> got.add(message)));
        member.tell(1); // members have a place
        kit.rest();
        assertThat(got).containsExactly(1);

        kit.advanceBy(AFTERWARDS);
        assertThat(next.tell("there is room again")).isEqualTo(TellResult.ACCEPTED);
    }

    @Test
    void actorsOfAStranger_areBounded() {
        NodeId node = new NodeId("stranger", 9, 1);
        nodes.a.strangers.add(node);
        for (int i = 0; i < 3_000; i++) {
            remoting.<Object>reference(node, 2L * i + 1_000_001).tell("x");
        }

        assertThat(remoting.peer(node).boxes()).isEqualTo(1_024);
        kit.advanceBy(AFTERWARDS);
        assertThat(kit.deadLetters()).hasSize(3_000);
        assertThat(peers()).isZero();
    }

    @Test
    void whatIsWatchedOrAsked_isNotForgotten_untilItIsNoMore() {
        RemoteRef<Object> watched = stranger(1);
        Watcher watcher = (actor, reason) -> {};
        watched.addWatcher(watcher);
        List<Object> heard = new ArrayList<>();
        stranger(2)
                .<String>ask(reply -> new Question("q", reply), Duration.ofSeconds(90))
                .subscribe(heard::add, heard::add);

        kit.advanceBy(Duration.ofSeconds(80));
        assertThat(peers()).isEqualTo(2);
        assertThat(heard).isEmpty();

        kit.advanceBy(AFTERWARDS);
        assertThat(heard).hasSize(1);
        watched.removeWatcher(watcher);
        kit.advanceBy(AFTERWARDS);
        assertThat(peers()).isZero();
    }

    @Test
    void strangerThatBecomesAMember_hasItsMessages_andItsPlaceIsFree() {
        List<Object> got = new ArrayList<>();
        ActorRef<Object> remote = nodes.b.known(nodes.actor("sink", (context, message) -> got.add(message)));
        nodes.a.strangers.add(nodes.b.id);
        remote.tell(1);
        kit.advanceBy(Duration.ofSeconds(10));
        nodes.a.strangers.remove(nodes.b.id);
        kit.advanceBy(Duration.ofSeconds(20));
        assertThat(got).containsExactly(1);

        for (int i = 0; i < Remoting.MAX_STRANGERS; i++) {
            assertThat(stranger(i).tell("waits")).isEqualTo(TellResult.ACCEPTED);
        }
        kit.advanceBy(AFTERWARDS);
        remote.tell(2);
        kit.rest();
        assertThat(got).containsExactly(1, 2);
    }

    /** At each moment around the one at which it is forgotten. */
    @RepeatedTest(20)
    void strangerThatIsForgottenAndJoinsNow_nothingIsLostInSilence_orTwice_orOutOfOrder() {
        Random random = new Random(kit.seed().orElse(1));
        nodes.close();
        nodes = new Nodes(kit, RemoteSettings.defaults().unreachableAfter(Duration.ofMillis(300)), 11);
        List<Integer> got = new ArrayList<>();
        List<Object> replies = new ArrayList<>();
        List<TerminationReason> told = new ArrayList<>();
        ActorRef<Object> there = nodes.actor("sink", (context, message) -> {
            if (message instanceof Numbered n) {
                got.add(n.number());
            } else if (message instanceof Question q) {
                q.replyTo().tell(q.text());
            }
        });
        RemoteRef<Object> known = (RemoteRef<Object>) nodes.b.known(there);
        RemoteRef<Object> again = (RemoteRef<Object>) nodes.a.remoting.<Object>reference(known.node, known.id);
        nodes.a.strangers.add(nodes.b.id);
        int sent = 0;
        int asked = 0;
        int watches = 0;
        for (int i = 0; i < 200; i++) {
            RemoteRef<Object> remote = random.nextBoolean() ? known : again;
            TellResult result = remote.tell(new Numbered(0, sent++));
            assertThat(result).isIn(TellResult.ACCEPTED, TellResult.DROPPED);
            if (random.nextInt(20) == 0) {
                asked++;
                Mono<String> reply = remote.ask(r -> new Question("yes", r), Duration.ofMillis(50));
                reply.subscribe(replies::add, replies::add);
            }
            if (random.nextInt(50) == 0) {
                Watcher watcher = (actor, reason) -> told.add(reason);
                remote.addWatcher(watcher);
                if (random.nextBoolean()) {
                    remote.removeWatcher(watcher);
                } else {
                    watches++;
                }
            }
            if (random.nextInt(10) == 0) {
                kit.advanceBy(Duration.ofMillis(random.nextInt(400)));
            }
            if (i == 150) {
                nodes.a.strangers.clear();
            }
        }
        int all = sent;
        nodes.until("all are there or dead", () -> got.size() + deadNumbers().size() == all);
        there.stop();
        kit.advanceBy(Duration.ofSeconds(20));

        assertThat(got).isSorted().doesNotHaveDuplicates().contains(all - 1);
        Set<Integer> both = new HashSet<>(got);
        both.addAll(deadNumbers());
        assertThat(both).hasSize(all);
        assertThat(replies).hasSize(asked);
        assertThat(told).hasSize(watches).allMatch(TerminationReason.STOPPED::equals);
    }

    private List<Integer> deadNumbers() {
        return kit.deadLetters().stream()
                .map(DeadLetter::message)
                .filter(message -> message instanceof Numbered)
                .map(message -> ((Numbered) message).number())
                .toList();
    }
}
