package io.bastion.testkit;

import io.bastion.actor.ActorRef;
import io.bastion.actor.TreeNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What makes a tree of actors well-formed: each actor stands in it once and lives, under a name that no sibling has, at the
 * place that its path tells; who is down has nobody below.
 */
final class TreeShape {
    private final List<String> flaws = new ArrayList<>();
    private final Set<ActorRef<?>> actors = Collections.newSetFromMap(new IdentityHashMap<>());

    private TreeShape() {}

    /** What is wrong with a tree of a system at rest; a tree without flaws gives none. */
    static List<String> flaws(TreeNode root) {
        return of(root).flaws;
    }

    /** The same, and also what is wrong with the events that show the present tree to a new subscriber. */
    static List<String> flaws(TreeNode root, Set<ActorRef<?>> shown) {
        TreeShape shape = of(root);
        shape.actors.stream()
                .filter(actor -> !shown.contains(actor))
                .forEach(
                        actor -> shape.flaws.add("events: not shown " + actor.path() + " (expected: all in the tree)"));
        shown.stream()
                .filter(actor -> !shape.actors.contains(actor))
                .forEach(actor -> shape.flaws.add("events: shown " + actor.path() + " (expected: those in the tree)"));
        return shape.flaws;
    }

    private static TreeShape of(TreeNode root) {
        TreeShape shape = new TreeShape();
        Deque<TreeNode> nodes = new ArrayDeque<>(List.of(root)); // a tree may be thousands deep
        for (TreeNode node; (node = nodes.poll()) != null; ) {
            shape.visit(node);
            nodes.addAll(node.children());
        }
        return shape;
    }

    private void visit(TreeNode node) {
        ActorRef<?> actor = node.actor();
        String path = actor == null ? node.name() : actor.path();
        if (node.state() == TreeNode.State.DOWN) {
            if (!node.children().isEmpty()) {
                flaws.add("tree: " + path + " is down and has children (expected: none)");
            }
        } else if (actor == null || hasTerminated(actor)) {
            flaws.add("tree: " + path + " is " + node.state() + " (expected: an actor that lives)");
        } else if (!actors.add(actor)) {
            flaws.add("tree: " + path + " stands in it twice (expected: once)");
        }
        Set<String> names = new HashSet<>();
        for (TreeNode child : node.children()) {
            if (!names.add(child.name())) {
                flaws.add("tree: " + path + " has two children " + child.name() + " (expected: one)");
            }
            @Nullable ActorRef<?> ref = child.actor();
            if (actor != null && ref != null && !ref.path().equals(path + "/" + child.name())) {
                flaws.add("tree: " + ref.path() + " is a child of " + path + " (expected: where its path says)");
            }
        }
    }

    private static boolean hasTerminated(ActorRef<?> actor) {
        return actor.whenTerminated().toFuture().isDone();
    }
}
