package io.bastion.examples;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TreeEvent;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.InFlight;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** A supervisor whose children build on each other: one that fails is restarted with those that were started after it. */
public final class SupervisionTree {
    record Order(int number) {}

    /** Where the shop's actors find each other: each enters itself when it is started. */
    private final Map<String, ActorRef<Order>> desk = new ConcurrentHashMap<>();

    private SupervisorSpec shop() {
        ActorSpec<Order> gateway = actor("gateway", (context, order) -> {
            if (order.number() == 2 && context.incarnation() == 0) {
                throw new IllegalStateException("connection lost");
            }
            at("ledger").tell(order);
        });
        ActorSpec<Order> worker =
                actor("worker", (context, order) -> at("gateway").tell(order));
        return SupervisorSpec.named("shop")
                .strategy(Strategy.REST_FOR_ONE)
                .budget(3, Duration.ofSeconds(5))
                .child(actor("ledger", (context, order) -> {}))
                .child(gateway.restart(Restart.transientOnFailure()
                        .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(10)))
                        .inFlight(InFlight.REDELIVER_ONCE)))
                .child(GroupSpec.of("workers", 2, worker));
    }

    private ActorSpec<Order> actor(String name, Behavior.Receive<Order> handler) {
        return ActorSpec.of(name, context -> {
            desk.put(context.path().replace("bastion://city/shop/", ""), context.self());
            return handler;
        });
    }

    private ActorRef<Order> at(String name) {
        return Objects.requireNonNull(desk.get(name), name);
    }

    public static void main(String[] args) {
        SupervisionTree tree = new SupervisionTree();
        try (ActorSystem system = ActorSystem.create("city")) {
            SupervisorRef shop = system.supervise(tree.shop());
            shop.whenStarted().block();
            var recovered = system.events()
                    .filter(event -> !(event instanceof TreeEvent.Started || event instanceof TreeEvent.Stopped))
                    .doOnNext(System.out::println)
                    .takeUntil(event -> event instanceof TreeEvent.Restarted
                            && event.actor().path().endsWith("/workers"))
                    .then()
                    .toFuture();
            System.out.print(shop.tree().block());
            tree.at("workers/1").tell(new Order(1));
            tree.at("workers/1").tell(new Order(2));
            recovered.join();
            System.out.print(shop.tree().block());
            shop.drain();
            shop.whenTerminated().block();
            System.out.println("paid: " + tree.at("ledger").stats().handled());
        }
    }
}
