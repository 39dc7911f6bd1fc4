package io.bastion.cluster.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.Distributor;
import io.bastion.actor.TellResult;
import io.bastion.actor.UndispatchedException;
import io.bastion.cluster.link.Link;
import io.bastion.cluster.remote.Nodes.Question;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.Probe;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@BastionTest
class NodeActorsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private TestKit kit;
    private Nodes nodes;
    private NodeActors a;
    private NodeActors b;

    @BeforeEach
    void start(TestKit kit) {
        this.kit = kit;
        nodes = new Nodes(kit);
        a = new NodeActors(nodes.a.remoting);
        b = new NodeActors(nodes.b.remoting);
    }

    @AfterEach
    void end() {
        nodes.close();
        a.close();
        b.close();
        kit.rest();
    }

    private void link() {
        kit.result(nodes.a.links.to(nodes.b.id));
        kit.rest();
    }

    @Test
    void registeredSpecification_isStartedThere() {
        Probe<String> probe = kit.probe();
        b.register(
                "greeter",
                argument -> ActorSpec.of(
                        "greeter",
                        () -> Behavior.receive((context, message) -> probe.ref().tell(argument + " " + message))));

        ActorRef<String> greeter =
                Objects.requireNonNull(kit.result(a.<String>spawn(nodes.b.id, "greeter", "hello", SECOND)));
        greeter.tell("you");

        probe.expect("hello you");
        assertThat(greeter.path()).isEqualTo("bastion://test@b:2/greeter");
    }

    @Test
    void specificationThatIsNotThere_orFails_saysSo() {
        b.register("twice", argument -> ActorSpec.of("twice", () -> Behavior.receive((context, message) -> {})));

        assertThatThrownBy(() -> kit.result(a.spawn(nodes.b.id, "nothing", 1, SECOND)))
                .isInstanceOf(RemoteSpawnException.class)
                .hasMessageContaining("nothing");
        kit.result(a.spawn(nodes.b.id, "twice", 1, SECOND));
        assertThatThrownBy(() -> kit.result(a.spawn(nodes.b.id, "twice", 1, SECOND)))
                .isInstanceOf(RemoteSpawnException.class)
                .hasMessageContaining("no other child");
    }

    @Test
    void messageToANode_isHeardThere() {
        List<NodeActors.Received> heard = new ArrayList<>();
        b.messages().subscribe(heard::add);

        assertThat(a.send(nodes.b.id, "news")).isEqualTo(TellResult.ACCEPTED);
        b.send(nodes.b.id, "own news");
        kit.until("both are heard", () -> heard.size() == 2);

        assertThat(heard)
                .containsExactlyInAnyOrder(
                        new NodeActors.Received(nodes.a.id, "news"), new NodeActors.Received(nodes.b.id, "own news"));
    }

    @Test
    void group_hasTheMembersOfAllNodes_untilTheyEndOrAreLost() {
        List<String> got = new ArrayList<>();
        ActorRef<String> here = nodes.actor("here", (context, message) -> got.add("here " + message));
        ActorRef<String> there = nodes.actor("there", (context, message) -> got.add("there " + message));
        Distributor<String> all = a.group("g", String.class, false);
        Distributor<String> near = a.group("g", String.class, true);
        a.join("g", here);
        b.join("g", there);
        link();
        assertThat(all.members()).hasSize(2);
        assertThat(b.group("g", String.class, false).members()).hasSize(2);

        all.tellOne("1");
        all.tellOne("2");
        near.tellOne("3");
        near.tellOne("4");
        kit.rest();
        assertThat(got).containsExactlyInAnyOrder("here 1", "there 2", "here 3", "here 4");

        here.stop();
        kit.rest();
        got.clear();
        assertThat(all.tellEveryone("5")).hasSize(1);
        near.tellOne("6");
        kit.rest();
        assertThat(got).containsExactly("there 5", "there 6");

        nodes.a.lose();
        assertThat(all.members()).isEmpty();
        assertThat(all.tellOne("7")).isEqualTo(TellResult.TERMINATED);
        assertThat(kit.deadLetters())
                .singleElement()
                .extracting(DeadLetter::message)
                .isEqualTo("7");
        assertThatThrownBy(() -> kit.result(all.askOne(reply -> "8", SECOND)))
                .isInstanceOf(UndispatchedException.class);
    }

    @Test
    void member_endsAtItsNode_isNoneAnywhere() {
        ActorRef<String> gone = nodes.actor("gone", (context, message) -> {});
        ActorRef<String> left = nodes.actor("left", (context, message) -> {});
        b.join("g", gone);
        b.join("g", left);
        link();
        Distributor<String> group = a.group("g", String.class, false);
        List<ActorRef<String>> both = group.members();
        assertThat(both).hasSize(2);

        gone.stop();
        kit.rest();

        assertThat(group.members()).isEqualTo(both.subList(1, 2));
        assertThat(b.group("g", String.class, false).members()).containsExactly(left);
    }

    @Test
    void linkThatComesUpAfterItsNodeWasLost_isNoReasonToSpeakToIt() {
        link();
        Link link = Objects.requireNonNull(nodes.a.links.with(nodes.b.id));
        nodes.a.lose();
        kit.rest();

        nodes.a.remoting.up(link);
        a.join("g", nodes.actor("late", (context, message) -> {}));
        kit.rest();

        assertThat(kit.deadLetters()).isEmpty();
    }

    @Test
    void group_isAsked() {
        a.join(
                "g",
                nodes.actor(
                        "x",
                        (context, question) -> ((Question) question).replyTo().tell("x")));
        b.join(
                "g",
                nodes.actor(
                        "y",
                        (context, question) -> ((Question) question).replyTo().tell("y")));
        link();

        Distributor<Question> group = b.group("g", Question.class, false);

        assertThat(kit.result(group.<String>askEveryone(reply -> new Question("q", reply), SECOND)
                        .collectList()))
                .containsExactlyInAnyOrder("x", "y");
        assertThat(kit.result(group.<String>request(reply -> new Question("q", reply), SECOND)))
                .isIn("x", "y");
    }

    @RepeatedTest(10)
    void members_areKnownAgainAfterLinksBroke() {
        link();
        nodes.network.delay(Duration.ofNanos(10), Duration.ofMillis(20));
        List<ActorRef<String>> actors = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ActorRef<String> actor = nodes.actor("m-" + i, (context, message) -> {});
            actors.add(actor);
            b.join("g", actor);
            if (i % 4 == 0) {
                nodes.network.breakLinks(Nodes.A, Nodes.B);
            }
            if (i % 3 == 0) {
                actor.stop();
                actors.remove(actor);
            }
            kit.advanceBy(Duration.ofMillis(7));
        }
        kit.advanceBy(Duration.ofSeconds(2));
        nodes.a.links.to(nodes.b.id).subscribe();
        kit.advanceBy(Duration.ofSeconds(10));

        assertThat(a.group("g", String.class, false).members().stream().map(ActorRef::path))
                .containsExactlyInAnyOrderElementsOf(actors.stream()
                        .map(actor -> actor.path().replace("//test/", "//test@b:2/"))
                        .toList());
    }
}
