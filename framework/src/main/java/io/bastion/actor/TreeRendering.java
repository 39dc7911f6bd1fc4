package io.bastion.actor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A {@link TreeNode} as text. */
final class TreeRendering {
    /** Levels that are indented: were all, a chain of n actors would make n² characters. */
    private static final int INDENTED = 64;

    private record Line(TreeNode node, String lead, String rest, int level) {}

    private TreeRendering() {}

    static String of(TreeNode root) {
        StringBuilder text = new StringBuilder();
        Deque<Line> lines = new ArrayDeque<>(); // no recursion: a tree may be thousands deep
        lines.push(new Line(root, "", "", 0));
        for (Line line; (line = lines.poll()) != null; ) {
            text.append(line.lead).append(describe(line.node)).append('\n');
            List<TreeNode> children = line.node.children();
            int level = line.level + 1;
            for (int i = children.size() - 1; i >= 0; i--) {
                boolean last = i == children.size() - 1;
                String branch = line.rest + (last ? "└─ " : "├─ ");
                lines.push(
                        level < INDENTED
                                ? new Line(children.get(i), branch, line.rest + (last ? "   " : "│  "), level)
                                : new Line(children.get(i), branch + level + ": ", line.rest, level));
            }
        }
        return text.toString();
    }

    private static String describe(TreeNode node) {
        StringBuilder text = new StringBuilder(node.name());
        if (node.kind() != TreeNode.Kind.ACTOR) {
            text.append(" (")
                    .append(node.kind().name().toLowerCase(java.util.Locale.ROOT))
                    .append(')');
        }
        if (node.state() != TreeNode.State.RUNNING) {
            text.append(' ').append(node.state().name().toLowerCase(java.util.Locale.ROOT));
        }
        if (node.incarnation() > 0) {
            text.append(" #").append(node.incarnation());
        }
        if (node.queued() > 0) {
            text.append(", ").append(node.queued()).append(" queued");
        }
        return text.toString();
    }
}
