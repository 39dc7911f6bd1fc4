package io.bastion.observability.observer;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorSpec;
import io.bastion.mailbox.Mailbox;
import io.bastion.scheduler.NumaTopology;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A web shop with traffic, in which now and then something fails and one thing hangs. */
final class DemoShop implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(20);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final List<String> FLAKY = List.of("card-gateway", "carrier-api", "suggestions");

    final ActorSystem system;
    private final Map<String, ActorRef<Order>> byName = new ConcurrentHashMap<>();
    private final Random random = new Random(7);
    private final Disposable traffic;

    /** Something to be done, or that fails. */
    record Order(int number, boolean fails) {}

    DemoShop() {
        Restart patient =
                Restart.permanent().backoff(Backoff.exponential(Duration.ofMillis(400), Duration.ofSeconds(5)));
        system = ActorSystem.builder("shop")
                .topology(NumaTopology.of(4, 4))
                .budget(Budget.of(100, MINUTE))
                .build();
        system.supervise(SupervisorSpec.named("payments")
                .strategy(Strategy.REST_FOR_ONE)
                .budget(100, MINUTE)
                .child(worker("ledger"))
                .child(worker("card-gateway").restart(patient))
                .child(worker("fraud-check"))
                .child(GroupSpec.of("settlement", 4, worker("settler"))));
        system.supervise(SupervisorSpec.named("fulfilment")
                .budget(100, MINUTE)
                .child(worker("inventory"))
                .child(GroupSpec.of("packers", 12, worker("packer")))
                .child(worker("carrier-api"))
                .child(ActorSpec.<Order>of("label-printer", context -> {
                            byName.put("label-printer", context.self());
                            return Behavior.receiveAsync((c, order) -> Mono.never());
                        })
                        .mailbox(Mailbox.bounded(64)))
                .child(worker("legacy-export").restart(Restart.temporary())));
        system.supervise(SupervisorSpec.named("storefront")
                .budget(100, MINUTE)
                .child(GroupSpec.of("sessions", 24, worker("session")))
                .child(worker("catalogue"))
                .child(worker("search"))
                .child(worker("suggestions"))
                .child(worker("cart")));
        system.supervise(SupervisorSpec.named("notifications").child(worker("mail")).child(worker("push")))
                .whenStarted()
                .block();
        traffic = Flux.interval(TICK).onBackpressureDrop().subscribe(this::tick);
    }

    private ActorSpec<Order> worker(String name) {
        return ActorSpec.of(name, context -> {
            byName.put(name, context.self());
            return Behavior.receive((c, order) -> {
                if (order.fails) {
                    throw new IllegalStateException(name + ": order " + order.number + " was answered with 502 Bad Gateway");
                }
            });
        });
    }

    private void tick(long n) {
        byName.forEach((name, actor) -> {
            int weight = Math.floorMod(name.hashCode(), 9);
            boolean printer = name.equals("label-printer");
            for (int i = 0; i < (printer ? (n % 40 == 0 ? 1 : 0) : weight + random.nextInt(3)); i++) {
                actor.tell(new Order((int) n, false));
            }
        });
        for (Distributor<Order> group : List.of(
                system.distributor("packers", Order.class),
                system.distributor("sessions", Order.class),
                system.distributor("settlement", Order.class))) {
            for (int i = random.nextInt(30); i > 0; i--) {
                group.tellOne(new Order((int) n, n % 233 == 0 && i == 1));
            }
        }
        ActorRef<Order> flaky = byName.get(FLAKY.get((int) (n % FLAKY.size())));
        if (n % 90 == 17 && flaky != null) {
            flaky.tell(new Order((int) n, true));
        }
    }

    @Override
    public void close() {
        traffic.dispose();
        system.close();
    }
}
