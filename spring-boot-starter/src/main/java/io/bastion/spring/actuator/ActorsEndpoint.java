package io.bastion.spring.actuator;

import io.bastion.actor.ActorSystem;
import io.bastion.actor.TreeNode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import reactor.core.publisher.Mono;

/**
 * The tree of actors, read-only. {@code depth} says how many levels are shown, 3 by default, and {@code limit} how many children of
 * one, 100 by default; {@code path} begins further down, as {@code app/orders}.
 */
@Endpoint(id = "actors")
final class ActorsEndpoint {
    private static final int DEFAULT_DEPTH = 3;
    private static final int DEFAULT_LIMIT = 100;

    private final ActorSystem system;

    ActorsEndpoint(ActorSystem system) {
        this.system = system;
    }

    /**
     * An actor.
     *
     * @param name its name
     * @param kind whether it is an actor, a supervisor or a group
     * @param state what it was doing
     * @param incarnation the number of its incarnation, from 0
     * @param queued messages in its mailbox
     * @param remainingBudget restarts that it had left for its children; null for no limit
     * @param size how many actors live in it, itself among them
     * @param children those below it that are shown
     * @param more how many direct children are not shown
     */
    record ActorDescriptor(
            String name,
            TreeNode.Kind kind,
            TreeNode.State state,
            int incarnation,
            long queued,
            @Nullable Integer remainingBudget,
            int size,
            List<ActorDescriptor> children,
            int more) {}

    @ReadOperation
    Mono<ActorDescriptor> actors(@Nullable String path, @Nullable Integer depth, @Nullable Integer limit) {
        int levels = Math.max(1, Objects.requireNonNullElse(depth, DEFAULT_DEPTH));
        int width = Math.max(0, Objects.requireNonNullElse(limit, DEFAULT_LIMIT));
        return system.tree()
                .mapNotNull(tree -> path == null ? tree : find(tree, path))
                .map(node -> describe(node, Math.min(levels, 64), width)); // a tree may be thousands deep
    }

    private static @Nullable TreeNode find(TreeNode tree, String path) {
        @Nullable TreeNode found = tree;
        for (String name : path.split("/")) {
            if (found != null && !name.isEmpty()) {
                found = found.children().stream()
                        .filter(child -> child.name().equals(name))
                        .findFirst()
                        .orElse(null);
            }
        }
        return found;
    }

    private static ActorDescriptor describe(TreeNode node, int levels, int width) {
        List<ActorDescriptor> children = levels == 1
                ? List.of()
                : node.children().stream()
                        .limit(width)
                        .map(child -> describe(child, levels - 1, width))
                        .toList();
        return new ActorDescriptor(
                node.name(),
                node.kind(),
                node.state(),
                node.incarnation(),
                node.queued(),
                node.remainingBudget() == Integer.MAX_VALUE ? null : node.remainingBudget(),
                node.size(),
                children,
                node.children().size() - children.size());
    }
}
