package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.TreeNode;
import io.bastion.actor.TreeNode.State;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@BastionTest
class TreeShapeTest {
    private static ActorRef<Object> actor(TestKit kit, String name) {
        return kit.spawn(ActorSpec.of(name, () -> Behavior.receive((context, message) -> {})));
    }

    private static TreeNode node(String name, @Nullable ActorRef<?> actor, State state, TreeNode... children) {
        return new TreeNode(name, actor, TreeNode.Kind.ACTOR, state, 0, 0, 3, List.of(children));
    }

    @Test
    void treeOfASystem_hasNoFlaw(TestKit kit) {
        ActorRef<Object> a = actor(kit, "a");
        kit.rest();
        TreeNode tree = Objects.requireNonNull(kit.result(kit.system().tree()));
        assertThat(TreeShape.flaws(tree)).isEmpty();
        assertThat(TreeShape.flaws(tree, Set.of(a)))
                .containsExactly("events: not shown bastion://test (expected: all in the tree)");
    }

    @Test
    void actorThatStandsTwice_isFound(TestKit kit) {
        ActorRef<Object> a = actor(kit, "a");
        assertThat(TreeShape.flaws(node("a", a, State.RUNNING, node("a", a, State.RUNNING))))
                .containsExactly(
                        "tree: bastion://test/a is a child of bastion://test/a (expected: where its path says)",
                        "tree: bastion://test/a stands in it twice (expected: once)");
    }

    @Test
    void actorThatHasEnded_isFound(TestKit kit) {
        ActorRef<Object> a = actor(kit, "a");
        a.stop();
        kit.result(a.whenTerminated());
        assertThat(TreeShape.flaws(node("a", a, State.RUNNING)))
                .containsExactly("tree: bastion://test/a is RUNNING (expected: an actor that lives)");
    }

    @Test
    void siblingsOfOneName_areFound(TestKit kit) {
        ActorRef<Object> a = actor(kit, "a");
        TreeNode down = node("b", null, State.DOWN);
        assertThat(TreeShape.flaws(node("a", a, State.RUNNING, down, down)))
                .containsExactly("tree: bastion://test/a has two children b (expected: one)");
    }

    @Test
    void childrenOfWhoIsDown_areFound(TestKit kit) {
        assertThat(TreeShape.flaws(node("a", null, State.DOWN, node("b", null, State.DOWN))))
                .containsExactly("tree: a is down and has children (expected: none)");
    }

    @Test
    void eventsOfAnActorThatIsNotThere_areFound(TestKit kit) {
        ActorRef<Object> a = actor(kit, "a");
        assertThat(TreeShape.flaws(node("root", null, State.DOWN), Set.of(a)))
                .containsExactly("events: shown bastion://test/a (expected: those in the tree)");
    }
}
