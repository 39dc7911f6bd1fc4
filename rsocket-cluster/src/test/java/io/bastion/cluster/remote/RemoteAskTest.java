package io.bastion.cluster.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.AskRefusedException;
import io.bastion.actor.AskTimeoutException;
import io.bastion.actor.Behavior;
import io.bastion.actor.DeadLetter;
import io.bastion.cluster.codec.UnregisteredTypeException;
import io.bastion.cluster.remote.Nodes.Question;
import io.bastion.cluster.remote.Nodes.Unregistered;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

@BastionTest
class RemoteAskTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

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

    private ActorRef<Question> echo() {
        return nodes.actor("echo", (context, question) -> question.replyTo().tell(question.text() + "!"));
    }

    private ActorRef<Question> silent() {
        return nodes.actor("silent", (context, question) -> {});
    }

    private static Mono<String> ask(ActorRef<Question> actor) {
        return actor.ask(reply -> new Question("q", reply), SECOND);
    }

    /** How an ask has failed. */
    private AtomicReference<@Nullable Throwable> failure(Mono<?> ask) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        ask.subscribe(reply -> failure.set(new AssertionError("reply: " + reply)), failure::set);
        return failure;
    }

    @RepeatedTest(5)
    void reply_comesBack_andNothingIsKept() {
        ActorRef<Question> remote = nodes.b.known(echo());
        int before = nodes.a.remoting.knownReferences();

        for (int i = 0; i < 500; i++) {
            assertThat(kit.result(ask(remote))).isEqualTo("q!");
        }

        assertThat(nodes.a.remoting.knownReferences()).isEqualTo(before);
    }

    @Test
    void timeOut_saysWhatIsKnown_andALateReplyIsADeadLetter() {
        List<Question> asked = new ArrayList<>();
        ActorRef<Question> remote = nodes.b.known(nodes.actor("late", (context, question) -> asked.add(question)));
        AtomicReference<@Nullable Throwable> failure = failure(ask(remote));

        kit.advanceBy(SECOND);
        assertThat(failure.get())
                .isInstanceOf(AskTimeoutException.class)
                .hasMessageContaining("RemoteAskTest")
                .hasMessageContaining(nodes.b.id + " is linked");
        assertThat(nodes.a.remoting.knownReferences()).isZero();

        asked.get(0).replyTo().tell("too late");
        kit.until("it is dead", () -> kit.deadLetters().size() == 1);
        assertThat(kit.deadLetters().get(0).reason()).isEqualTo(DeadLetter.Reason.LATE_REPLY);
    }

    @Test
    void cancelling_freesIt() {
        ActorRef<Question> remote = nodes.b.known(silent());
        var ask = ask(remote).subscribe();
        kit.rest();
        assertThat(nodes.a.remoting.knownReferences()).isEqualTo(1);

        ask.dispose();

        assertThat(nodes.a.remoting.knownReferences()).isZero();
    }

    @Test
    void deadTarget_failsAtOnce() {
        ActorRef<Question> actor = silent();
        ActorRef<Question> remote = nodes.b.known(actor);
        actor.stop();
        kit.rest();

        AtomicReference<@Nullable Throwable> first = failure(ask(remote));
        kit.until("it has failed", () -> first.get() != null);
        AtomicReference<@Nullable Throwable> second = failure(ask(remote));

        assertThat(first.get()).isInstanceOf(ActorTerminatedException.class);
        assertThat(second.get()).isInstanceOf(ActorTerminatedException.class);
        assertThat(kit.deadLetters()).isEmpty();
    }

    @Test
    void targetThatEndsWithoutAReply_failsAtOnce() {
        ActorRef<Question> actor = silent();
        AtomicReference<@Nullable Throwable> failure = failure(ask(nodes.b.known(actor)));
        kit.rest();
        assertThat(failure.get()).isNull();

        actor.stop();
        kit.until("it has failed", () -> failure.get() != null);

        assertThat(failure.get()).isInstanceOf(ActorTerminatedException.class);
    }

    @RepeatedTest(20)
    void replyOfATargetThatStopsAtOnce_isNotOvertakenByItsEnd() {
        nodes.network.delay(Duration.ofNanos(10), Duration.ofMillis(2));
        ActorRef<Question> last = nodes.actor("last", (context, question) -> {
            question.replyTo().tell("last words");
            context.stop();
        });
        List<String> got = new ArrayList<>();
        ask(nodes.b.known(last)).subscribe(got::add, e -> got.add("" + e));

        nodes.until("it is there", () -> !got.isEmpty());

        assertThat(got).containsExactly("last words");
    }

    @Test
    void lostNode_failsAtOnce() {
        AtomicReference<@Nullable Throwable> failure = failure(ask(nodes.b.known(silent())));
        kit.rest();

        nodes.a.lose();
        kit.until("it has failed", () -> failure.get() != null);

        assertThat(failure.get()).isInstanceOf(ActorTerminatedException.class);
        assertThat(nodes.a.remoting.knownReferences()).isZero();
    }

    @Test
    void unreachableNode_failsWhenTheTimeIsOver() {
        ActorRef<Question> remote = nodes.b.known(echo());
        nodes.network.cut(Nodes.A, Nodes.B);

        AtomicReference<@Nullable Throwable> failure = failure(ask(remote));
        kit.advanceBy(SECOND);

        assertThat(failure.get()).isInstanceOf(AskTimeoutException.class).hasMessageContaining("has no link now");
        nodes.network.heal();
        kit.advanceBy(Duration.ofSeconds(20));
        assertThat(kit.result(ask(remote))).isEqualTo("q!");
    }

    @Test
    void requestThatCannotBeWritten_failsAtOnce() {
        ActorRef<Object> remote = nodes.b.known(nodes.actor("any", (context, message) -> {}));

        assertThat(failure(remote.ask(reply -> new Unregistered(1), SECOND)).get())
                .isInstanceOf(UnregisteredTypeException.class);
        AtomicReference<@Nullable Throwable> tooLong = failure(remote.ask(reply -> new byte[2 * 1024 * 1024], SECOND));
        kit.until("it has failed", () -> tooLong.get() != null);
        assertThat(tooLong.get()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fullOutbox_refusesAnAsk_andOneThatWaitsGetsIn() {
        nodes.close();
        nodes = new Nodes(kit, RemoteSettings.defaults().outbox(2, 1_000), 10);
        ActorRef<Question> remote = nodes.b.known(echo());
        List<String> got = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ask(remote).subscribe(got::add);
        }

        AtomicReference<@Nullable Throwable> refused = failure(ask(remote));
        remote.<String>askWhenRoom(reply -> new Question("w", reply), SECOND).subscribe(got::add);

        assertThat(refused.get()).isInstanceOf(AskRefusedException.class).hasMessageContaining("outbox");
        kit.until("all have replies", () -> got.size() == 3);
        assertThat(got).containsExactly("q!", "q!", "w!");
    }

    @Test
    void reply_ofAnAskFromWithinAnActor_comesOnItsWorker() {
        ActorRef<Question> remote = nodes.b.known(echo());
        List<Object> seen = new ArrayList<>();
        ActorRef<String> asker = kit.spawn(ActorSpec.of(
                "asker",
                context -> Behavior.receiveAsync(
                        (c, message) -> ask(remote).doOnNext(reply -> seen.add(context.isCurrent())))));

        asker.tell("go");
        kit.until("it has a reply", () -> !seen.isEmpty());

        assertThat(seen).containsExactly(true);
    }
}
