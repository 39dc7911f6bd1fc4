package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.util.context.Context;

/** References: what may be done with them, and what they look like. */
class ActorRefTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();

    private ActorRef<Object> recorder(String name) {
        return test.spawn(ActorSpec.of(name, () -> Behavior.receive((context, m) -> seen.add(m))));
    }

    static String user(ActorContext<?> context) {
        return context.contextView().<String>getOrEmpty("user").orElse("none");
    }

    @Test
    void toldMessagesAreHandledInTheOrderOfTheSender() {
        ActorRef<Object> actor = recorder("a");
        List<Object> sent = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(actor.tell(i)).isEqualTo(TellResult.ACCEPTED);
            sent.add(i);
        }
        assertThat(seen.await(10_000)).isEqualTo(sent);
    }

    @Test
    void messagesOfAnActorKeepTheirOrder() {
        ActorRef<Object> to = recorder("to");
        ActorRef<Object> from = test.spawn(ActorSpec.of("from", () -> Behavior.receive((context, m) -> to.tell(m))));
        IntStream.range(0, 1_000).forEach(from::tell);
        assertThat(seen.await(1_000))
                .isEqualTo(IntStream.range(0, 1_000).boxed().toList());
    }

    @Test
    void tellFromWithinAHandlerDoesNotNest() {
        ActorRef<Integer> actor = test.spawn(ActorSpec.of("self", () -> {
            boolean[] inHandler = new boolean[1];
            return Behavior.receive((context, n) -> {
                seen.add("in " + inHandler[0]);
                inHandler[0] = true;
                if (n > 0) {
                    context.self().tell(n - 1);
                }
                seen.add(n);
                inHandler[0] = false;
            });
        }));
        actor.tell(2);
        assertThat(seen.await(6)).containsExactly("in false", 2, "in false", 1, "in false", 0);
    }

    @Test
    void aLongChainOfTellsNeedsNoStack() {
        ActorRef<Integer> actor = test.spawn(ActorSpec.of(
                "loop",
                () -> Behavior.receive((context, n) -> {
                    if (n == 0) {
                        seen.add("end");
                    } else {
                        context.self().tell(n - 1);
                    }
                })));
        actor.tell(200_000);
        seen.await(1);
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void nullIsRefusedAtTheCallSite() {
        ActorRef<Object> actor = recorder("a");
        assertThatThrownBy(() -> actor.tell(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("message: null (expected: a message)");
        assertThatThrownBy(() -> actor.tell(null, Context.empty()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("message: null (expected: a message)");
        assertThatThrownBy(() -> actor.tell(1, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("context: null (expected: a ContextView)");
        assertThatThrownBy(() -> actor.send(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("message: null (expected: a message)");
        assertThatThrownBy(() -> actor.ask(null, java.time.Duration.ofSeconds(1)))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("request: null (expected: a function that makes the request)");
        assertThatThrownBy(() -> actor.<Object>ask(r -> r, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("timeout: null (expected: a Duration)");
        assertThat(test.rest().accepted()).isZero();
    }

    @Test
    void forwardKeepsTheContextOfTheMessage() {
        ActorRef<Object> last =
                test.spawn(ActorSpec.of("last", () -> Behavior.receive((context, m) -> seen.add(user(context)))));
        ActorRef<Object> first =
                test.spawn(ActorSpec.of("first", () -> Behavior.receive((context, m) -> context.forward(last, m))));
        first.tell("with", Context.of("user", "ada"));
        first.tell("without");
        assertThat(seen.await(2)).containsExactly("ada", "none");
    }

    @Test
    void becomeTreatsTheNextMessageAndLastsUntilTheRestart() {
        ActorRef<String> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.receive((context, m) -> {
                    seen.add("first " + m);
                    context.become(Behavior.receive((c, n) -> {
                        if (n.equals("fail")) {
                            throw new IllegalStateException("wanted");
                        }
                        seen.add("second " + n);
                    }));
                })));
        List.of("1", "2", "fail", "3", "4").forEach(actor::tell);
        assertThat(seen.await(4)).containsExactly("first 1", "second 2", "first 3", "second 4");
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void becomeRefusesNullAndFlows() {
        Recorder<Throwable> refused = new Recorder<>();
        ActorRef<String> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.receive((context, m) -> {
                    try {
                        context.become(m.equals("null") ? null : Behavior.flow((c, inbox) -> inbox));
                    } catch (RuntimeException e) {
                        refused.add(e);
                    }
                })));
        actor.tell("null");
        actor.tell("flow");
        assertThat(refused.await(2))
                .extracting(Throwable::getMessage)
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("behavior: null (expected: a Behavior)"),
                        second -> assertThat(second).startsWith("become: a flow (expected: "));
    }

    @Test
    void pathsNameTheWayFromTheSystem() {
        ActorRef<Object> child = test.spawn(ActorSpec.<Object>of("parent", context -> {
            seen.add(context.spawn(ActorSpec.anonymous(() -> Behavior.receive((c, m) -> {}))));
            return Behavior.receive((c, m) ->
                    seen.add(c.spawn(ActorSpec.of("child", () -> Behavior.receive((d, n) -> {})))));
        }));
        child.tell("spawn");
        seen.await(2);
        assertThat(child.path()).isEqualTo("bastion://test/parent");
        assertThat(child).hasToString("bastion://test/parent");
        assertThat(((ActorRef<?>) seen.all().get(0)).path()).matches("bastion://test/parent/\\$[0-9]+");
        assertThat(((ActorRef<?>) seen.all().get(1)).path()).isEqualTo("bastion://test/parent/child");
        assertThat(test.system).hasToString("bastion://test");
        assertThat(test.system.name()).isEqualTo("test");
    }

    @Test
    void anonymousActorsHaveDifferentPaths() {
        ActorSpec<Object> spec = ActorSpec.anonymous(() -> Behavior.receive((context, m) -> {}));
        ActorRef<Object> a = test.spawn(spec);
        ActorRef<Object> b = test.spawn(spec);
        assertThat(a.path()).isNotEqualTo(b.path()).isEqualTo(a.path());
    }

    @Test
    void childrenAreListedInStartOrderAndFoundByName() {
        ActorRef<String> parent = test.spawn(ActorSpec.of(
                "parent",
                () -> Behavior.receive((context, m) -> {
                    if (m.equals("list")) {
                        seen.add(context.children().stream().map(ActorRef::path).toList());
                        seen.add(String.valueOf(context.child("b")));
                        seen.add(String.valueOf(context.child("none")));
                    } else {
                        context.spawn(ActorSpec.of(m, () -> Behavior.receive((c, n) -> {})));
                    }
                })));
        List.of("c", "b", "a", "list").forEach(parent::tell);
        String path = "bastion://test/parent/";
        assertThat(seen.await(3)).containsExactly(List.of(path + "c", path + "b", path + "a"), path + "b", "null");
    }

    @Test
    void aNameIsFreeAgainWhenItsActorHasTerminated() {
        for (int i = 0; i < 200; i++) {
            ActorRef<Object> actor = recorder("again");
            actor.stop();
            TestSystem.end(actor);
        }
    }

    @Test
    void aDepthOfTenThousandHasAPath() {
        int depth = 10_000;
        ActorRef<Integer> top = test.spawn(nested());
        top.tell(depth);
        ActorRef<?> deepest = (ActorRef<?>) seen.await(1).get(0);
        Recorder<String> path = new Recorder<>();
        Thread small = new Thread(null, () -> path.add(deepest.path()), "small stack", 128 * 1024);
        small.start();
        assertThat(path.await(1).get(0))
                .startsWith("bastion://test/d/d/d")
                .hasSize("bastion://test/d".length() + 2 * depth);
    }

    private ActorSpec<Integer> nested() {
        return ActorSpec.of(
                "d",
                () -> Behavior.receive((context, n) -> {
                    if (n == 0) {
                        seen.add(context.self());
                    } else {
                        context.spawn(nested()).tell(n - 1);
                    }
                }));
    }
}
