package io.bastion.actor;

import io.bastion.supervision.AutoShutdown;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Directives;
import io.bastion.supervision.Strategy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an actor treats its children.
 *
 * @param kind what it is, which also says whether its children are listed and stopped one after another
 * @param strategy who is restarted with a failed child
 * @param budget restarts of all children within a window
 * @param directives what is done about failures for which the child has no directive
 * @param autoShutdown whether it stops with its significant children
 * @param children those that it starts itself, in order
 * @param group what makes it a group, if it is one
 */
record SupervisionSettings(
        TreeNode.Kind kind,
        Strategy strategy,
        Budget budget,
        Directives directives,
        AutoShutdown autoShutdown,
        List<ActorSpec<?>> children,
        @Nullable GroupSettings group) {
    static final SupervisionSettings DEFAULT = of(TreeNode.Kind.ACTOR);

    SupervisionSettings(
            TreeNode.Kind kind,
            Strategy strategy,
            Budget budget,
            Directives directives,
            AutoShutdown autoShutdown,
            List<ActorSpec<?>> children) {
        this(kind, strategy, budget, directives, autoShutdown, children, null);
    }

    static SupervisionSettings of(TreeNode.Kind kind) {
        return new SupervisionSettings(
                kind, Strategy.ONE_FOR_ONE, Budget.DEFAULT, Directives.none(), AutoShutdown.NEVER, List.of());
    }

    SupervisionSettings with(Strategy strategy, Budget budget) {
        return new SupervisionSettings(kind, strategy, budget, directives, autoShutdown, children, group);
    }

    /** Whether children have names under which they stay listed when they are down. */
    boolean listsChildren() {
        return kind != TreeNode.Kind.ACTOR;
    }

    /** Whether children are stopped one after another, youngest first, and not all at a time. */
    boolean stopsInOrder() {
        return kind == TreeNode.Kind.SUPERVISOR;
    }
}
