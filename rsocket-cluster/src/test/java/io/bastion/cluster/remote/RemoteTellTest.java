package io.bastion.cluster.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.Interceptor;
import io.bastion.actor.TellResult;
import io.bastion.cluster.codec.UnregisteredTypeException;
import io.bastion.cluster.remote.Nodes.Introduction;
import io.bastion.cluster.remote.Nodes.Numbered;
import io.bastion.cluster.remote.Nodes.Question;
import io.bastion.cluster.remote.Nodes.Unregistered;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.Probe;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

@BastionTest
class RemoteTellTest {
    private Nodes nodes;
    private TestKit kit;

    @BeforeEach
    void start(TestKit kit) {
        this.kit = kit;
        nodes = new Nodes(kit);
    }

    @AfterEach
    void end() {
        nodes.close();
    }

    @Test
    void message_toAnActorElsewhere_isDelivered() {
        Probe<String> probe = kit.probe();
        ActorRef<String> remote = nodes.b.known(probe.ref());

        assertThat(remote.tell("hello")).isEqualTo(TellResult.ACCEPTED);

        probe.expect("hello");
        assertThat(nodes.a.ups).isEqualTo(1);
    }

    @Test
    void credit_thatIsUsed_isSeen_untilItIsGivenBackOrThereIsNobody() {
        Probe<String> probe = kit.probe();
        ActorRef<String> remote = nodes.b.known(probe.ref());
        int half = RemoteSettings.defaults().window() / 2;
        for (int i = 0; i < half + 1; i++) {
            remote.tell("a message");
        }
        kit.rest();
        PeerStats stats = nodes.a.stats();
        assertThat(stats.written()).isEqualTo(half + 1);
        assertThat(stats.batchesWritten()).isBetween(1L, half + 1L);
        assertThat(stats.creditInUse()).isEqualTo(1);

        probe.ref().stop();
        remote.tell("nobody is there");
        nodes.until("it is noticed", () -> !kit.deadLetters().isEmpty());
        assertThat(nodes.a.stats().creditInUse()).isZero();
    }

    @RepeatedTest(10)
    void manyMessages_ofSeveralSenders_keepTheirOrder() {
        List<Numbered> got = new ArrayList<>();
        ActorRef<Numbered> remote = nodes.b.known(nodes.actor("sink", (c, m) -> got.add(m)));

        nodes.network.delay(Duration.ofNanos(10), Duration.ofMillis(2));
        for (int i = 0; i < 1_000; i++) {
            assertThat(remote.tell(new Numbered(0, i))).isEqualTo(TellResult.ACCEPTED);
            assertThat(remote.tell(new Numbered(1, i))).isEqualTo(TellResult.ACCEPTED);
        }
        nodes.until("all are there", () -> got.size() == 2_000);

        for (int sender = 0; sender < 2; sender++) {
            int own = sender;
            assertThat(got.stream().filter(n -> n.sender() == own).map(Numbered::number))
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void aReferenceInAMessage_worksAtTheOtherEnd_andAtHomeIsItself() {
        List<ActorRef<String>> got = new ArrayList<>();
        Probe<String> introduced = kit.probe();
        ActorRef<Introduction> there = nodes.b.known(nodes.<Introduction>actor("there", (c, m) -> got.add(m.who())));
        ActorRef<Introduction> back = nodes.a.known(nodes.<Introduction>actor("back", (c, m) -> got.add(m.who())));

        there.tell(new Introduction(introduced.ref()));
        kit.until("it is there", () -> got.size() == 1);
        got.get(0).tell("through the net");
        introduced.expect("through the net");
        assertThat(got.get(0)).isInstanceOf(RemoteRef.class);
        assertThat(got.get(0).path())
                .isEqualTo(introduced.ref().path().replace("bastion://test/", "bastion://test@a:1/"));

        back.tell(new Introduction(got.get(0)));
        kit.until("it is back", () -> got.size() == 2);
        assertThat(got.get(1)).isSameAs(introduced.ref());
        there.tell(new Introduction(introduced.ref()));
        kit.until("it is there again", () -> got.size() == 3);
        assertThat(got.get(2)).isEqualTo(got.get(0)).hasSameHashCodeAs(got.get(0));
    }

    @Test
    void aTypeThatIsNotRegistered_isRefusedWhereItIsSent() {
        ActorRef<Object> remote = nodes.b.known(kit.probe().ref());

        assertThatThrownBy(() -> remote.tell(new Unregistered(1)))
                .isInstanceOf(UnregisteredTypeException.class)
                .hasMessageContaining("Unregistered");
        assertThatThrownBy(() -> remote.send(new Unregistered(1))).isInstanceOf(UnregisteredTypeException.class);
    }

    @Test
    void aMessageLongerThanTheSetting_isADeadLetter_andItsAskFails() {
        try (Nodes nodes = new Nodes(kit, RemoteSettings.defaults().maxMessageBytes(1_000), 11)) {
            Probe<String> probe = kit.probe();
            ActorRef<String> remote = nodes.b.known(probe.ref());
            String tooLong = "x".repeat(1_001);
            remote.tell("before");
            remote.tell(tooLong);
            remote.tell("x".repeat(900));

            probe.expect("before");
            probe.expect("x".repeat(900));
            assertThat(kit.deadLetters()).singleElement().satisfies(letter -> {
                assertThat(letter.message()).isEqualTo(tooLong);
                assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.UNENCODABLE);
            });
            assertThatThrownBy(() -> kit.result(remote.<String>ask(replyTo -> tooLong, Duration.ofSeconds(5))))
                    .hasMessageContaining("bytes (expected: <= 1000)");
        }
    }

    @Test
    void aMessageForAnActorThatHasEnded_isADeadLetterOfTheSender() {
        Probe<String> probe = kit.probe();
        ActorRef<String> remote = nodes.b.known(probe.ref());
        remote.tell("alive");
        probe.expect("alive");
        probe.ref().stop();
        kit.rest();

        remote.tell("too late");
        kit.until("it is dead", () -> !kit.deadLetters().isEmpty());

        DeadLetter letter = kit.deadLetters().get(0);
        assertThat(letter.message()).isEqualTo("too late");
        assertThat(letter.recipient()).isEqualTo(remote);
        assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.TERMINATED);
        assertThat(remote.tell("nor this")).isEqualTo(TellResult.TERMINATED);
    }

    @Test
    void aFirstMessageForAnActorThatHasEnded_comesBack() {
        Probe<String> probe = kit.probe();
        ActorRef<String> remote = nodes.b.known(probe.ref());
        probe.ref().stop();
        kit.rest();

        assertThat(remote.tell("too late")).isEqualTo(TellResult.ACCEPTED);
        kit.until("it is dead", () -> !kit.deadLetters().isEmpty());

        assertThat(kit.deadLetters().get(0).message()).isEqualTo("too late");
        assertThat(kit.deadLetters().get(0).recipient()).isEqualTo(remote);
        assertThat(nodes.a.stats().deadLettered()).isEqualTo(1);
    }

    @Test
    void entriesOfTheContextThatAreRegistered_travel() {
        List<Object> seen = new ArrayList<>();
        ActorRef<String> remote = nodes.b.known(nodes.actor("there", (context, message) -> {
            seen.add(context.contextView().getOrDefault("traceparent", "none"));
            seen.add(context.contextView().getOrDefault("secret", "none"));
        }));

        remote.tell("m", Context.of("traceparent", "00-1-1-01", "secret", "s"));
        remote.tell("m");
        kit.until("both are there", () -> seen.size() == 4);

        assertThat(seen).containsExactly("00-1-1-01", "none", "none", "none");
    }

    @Test
    void anInterceptorOfTheSystem_addsToTheContext_ofEachMessageOnce_andOfNoReply() {
        List<Object> seen = new ArrayList<>();
        List<Object> left = new ArrayList<>();
        ActorSystem system = ActorSystem.builder("other")
                .scheduler(kit.scheduler())
                .intercept(new Interceptor() {
                    @Override
                    public ContextView outgoing(ActorRef<?> target, Object message, ContextView context) {
                        left.add(message instanceof Question q ? q.text() : message);
                        return Context.of(context).put("traceparent", "t" + left.size());
                    }
                })
                .build();
        try (Nodes nodes = new Nodes(kit, system, 11)) {
            ActorRef<Object> remote = nodes.b.known(nodes.actor("traced", (context, message) -> {
                seen.add(context.contextView().getOrDefault("traceparent", "none"));
                if (message instanceof Question q) {
                    q.replyTo().tell("yes");
                }
            }));
            remote.tell("tell");
            remote.tell("tell with", Context.of("traceparent", "t0"));
            remote.tellAll(List.of("one", "two"));
            kit.result(remote.send("send"));
            kit.result(remote.feed(Flux.just("feed")));
            kit.result(remote.<String>ask(replyTo -> new Question("ask", replyTo), Duration.ofSeconds(1)));
            kit.result(remote.<String>askWhenRoom(replyTo -> new Question("wait", replyTo), Duration.ofSeconds(1)));

            assertThat(left).containsExactly("tell", "tell with", "one", "two", "send", "feed", "ask", "wait");
            assertThat(seen).containsExactly("t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8");

            ActorRef<Question> here = nodes.a.known(kit.spawn(ActorSpec.of(
                    "asked",
                    () -> Behavior.<Question>receive((context, q) -> q.replyTo().tell("yes")))));
            kit.result(here.<String>ask(replyTo -> new Question("ask", replyTo), Duration.ofSeconds(1)));
            assertThat(left).hasSize(8);
        }
        system.stop();
        kit.result(system.whenTerminated());
    }

    @Test
    void aMessageThatIsTooLong_isADeadLetter_andTheNextArrives() {
        Probe<byte[]> probe = kit.probe();
        ActorRef<byte[]> remote = nodes.b.known(probe.ref());

        remote.tell(new byte[2 * 1024 * 1024]);
        remote.tell(new byte[500_000]);

        assertThat(probe.expectNext()).hasSize(500_000);
        assertThat(kit.deadLetters())
                .singleElement()
                .extracting(DeadLetter::reason)
                .isEqualTo(DeadLetter.Reason.UNENCODABLE);
    }

    @Test
    void whatIsFed_isTakenFromItsSourceAsThereIsRoom() {
        List<Integer> got = new ArrayList<>();
        ActorRef<Integer> remote = nodes.b.known(nodes.actor("sink", (c, m) -> got.add(m)));

        kit.result(remote.feed(Flux.range(0, 20_000)));
        kit.until("all are there", () -> got.size() == 20_000);

        assertThat(got).isSorted().doesNotHaveDuplicates();
    }
}
