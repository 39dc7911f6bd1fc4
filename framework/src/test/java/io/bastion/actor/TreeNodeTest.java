package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Snapshots of trees as values and as text. */
class TreeNodeTest {
    private static TreeNode node(String name, TreeNode... children) {
        return new TreeNode(name, null, TreeNode.Kind.ACTOR, TreeNode.State.RUNNING, 0, 0, 3, List.of(children));
    }

    private static TreeNode chain(int levels) {
        TreeNode node = node("leaf");
        for (int level = levels - 1; level > 0; level--) {
            node = node("n" + level, node);
        }
        return node;
    }

    @Test
    void equalTrees_areEqual_andOtherShapesAreNot() {
        TreeNode tree = node("a", node("b", node("d")), node("c"));

        assertThat(tree).isEqualTo(node("a", node("b", node("d")), node("c")));
        assertThat(tree).hasSameHashCodeAs(node("a", node("b", node("d")), node("c")));
        assertThat(tree).isNotEqualTo(node("a", node("b"), node("c", node("d"))));
        assertThat(tree).isNotEqualTo(node("a", node("b", node("d")), node("e")));
        assertThat(tree).isNotEqualTo(node("a", node("b", node("d"))));
    }

    @Test
    void smallTree_isDrawnWithBranches() {
        assertThat(node("a", node("b", node("d")), node("c")).render()).isEqualTo("""
                a
                ├─ b
                │  └─ d
                └─ c
                """);
    }

    @Test
    void deepTree_isNotMovedToTheRightForEver() {
        List<String> lines = chain(10_001).render().lines().toList();

        assertThat(lines).hasSize(10_001);
        assertThat(lines.get(63)).isEqualTo("   ".repeat(62) + "└─ n64");
        assertThat(lines.get(64)).isEqualTo("   ".repeat(63) + "└─ 64: n65");
        assertThat(lines.get(10_000)).isEqualTo("   ".repeat(63) + "└─ 10000: leaf");
    }
}
