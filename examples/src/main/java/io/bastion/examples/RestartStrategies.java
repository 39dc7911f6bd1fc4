package io.bastion.examples;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TreeNode;
import io.bastion.supervision.Strategy;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** The strategies side by side: of three children, started in the order a, b, c, the one in the middle fails. */
public final class RestartStrategies {
    private RestartStrategies() {}

    private static void show(ActorSystem system, Strategy strategy) {
        CompletableFuture<ActorRef<String>> b = new CompletableFuture<>();
        ActorSpec<String> child = ActorSpec.anonymous(() -> Behavior.receive((context, message) -> {}));
        ActorSpec<String> failing = ActorSpec.of("b", context -> {
            b.complete(context.self());
            return Behavior.receive((c, message) -> {
                throw new IllegalStateException(message);
            });
        });
        SupervisorRef supervisor = system.supervise(SupervisorSpec.named(strategy.name())
                .strategy(strategy)
                .child(child.named("a"))
                .child(failing)
                .child(child.named("c")));
        supervisor.whenStarted().block();
        b.join().tell("wanted");

        int last = strategy == Strategy.ONE_FOR_ONE ? 1 : 2; // children are restarted in the order of their start
        supervisor
                .tree()
                .repeat()
                .filter(tree -> tree.children().get(last).incarnation() == 1)
                .take(1)
                .doOnNext(tree -> System.out.println(strategy + ": " + described(tree)))
                .blockLast();
    }

    private static String described(TreeNode tree) {
        return tree.children().stream()
                .map(child -> child.name() + (child.incarnation() == 0 ? " goes on" : " restarted"))
                .collect(Collectors.joining(", "));
    }

    public static void main(String[] args) {
        try (ActorSystem system = ActorSystem.create("strategies")) {
            for (Strategy strategy : Strategy.values()) {
                show(system, strategy);
            }
        }
    }
}
