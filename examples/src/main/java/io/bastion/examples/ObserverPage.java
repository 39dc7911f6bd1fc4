package io.bastion.examples;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorSpec;
import io.bastion.observability.observer.Observer;
import io.bastion.observability.observer.ObserverSettings;
import io.bastion.supervision.Budget;
import java.time.Duration;
import reactor.core.publisher.Flux;

/**
 * A small system in which now and then something fails, and a page in the browser that shows it. Runs for the seconds that
 * are given, or until it is ended.
 */
public final class ObserverPage {
    private ObserverPage() {}

    public static void main(String[] args) {
        Duration time = args.length > 0 ? Duration.ofSeconds(Long.parseLong(args[0])) : Duration.ofDays(1);
        try (ActorSystem system =
                ActorSystem.builder("shop").budget(Budget.unlimited()).build()) {
            system.supervise(SupervisorSpec.named("orders")
                            .budget(Budget.unlimited())
                            .child(GroupSpec.of("checkout", 4, fragile("checkout", 97))))
                    .whenStarted()
                    .block();
            ActorRef<Integer> mail = system.spawn(fragile("mail", 1_009));
            ObserverSettings settings =
                    ObserverSettings.builder().port(0).actions(true).build();
            Observer.start(system, settings)
                    .doOnNext(page -> System.out.println("open " + page.url()))
                    .block();
            Distributor<Integer> checkout = system.distributor("checkout", Integer.class);
            Flux.interval(Duration.ofMillis(10))
                    .onBackpressureDrop()
                    .map(Long::intValue)
                    .doOnNext(checkout::tellOne)
                    .doOnNext(mail::tell)
                    .take(time)
                    .blockLast();
        }
    }

    /** An actor that fails of every so many-th number. */
    private static ActorSpec<Integer> fragile(String name, int bad) {
        return ActorSpec.of(
                name,
                () -> Behavior.receive((context, order) -> {
                    if (order % bad == bad - 1) {
                        throw new IllegalStateException("order " + order + " is not to be had");
                    }
                }));
    }
}
