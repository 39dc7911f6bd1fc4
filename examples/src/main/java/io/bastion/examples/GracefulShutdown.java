package io.bastion.examples;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Callbacks;
import io.bastion.actor.ShutdownReport;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import java.time.Duration;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A system that ends within a deadline: the youngest child first, with hooks, and with a report of who was late. */
public final class GracefulShutdown {
    /** Opens and closes something before and after an actor's work; closing takes its time, which is waited for. */
    static final class Connection implements Callbacks {
        @Override
        public Publisher<?> beforeStart(ActorRef<?> self) {
            return Mono.fromRunnable(() -> System.out.println("open " + self.path()));
        }

        @Override
        public Publisher<?> afterStop(ActorRef<?> self, TerminationReason reason) {
            return Mono.delay(Duration.ofMillis(50)).doOnNext(tick -> System.out.println("close " + self.path()));
        }
    }

    private GracefulShutdown() {}

    public static void main(String[] args) {
        ActorSystem system = ActorSystem.create("house");
        ActorSpec<String> service = ActorSpec.<String>anonymous(() -> Behavior.receive((context, request) -> {}))
                .callbacks(new Connection());
        ActorSpec<String> stuck = ActorSpec.<String>of("export", context -> {
                    context.self().tell("everything");
                    return Behavior.receiveAsync((c, request) -> Mono.never());
                })
                .callbacks(new Connection());
        SupervisorRef services = system.supervise(SupervisorSpec.named("services")
                .child(service.named("store"))
                .child(stuck)
                .child(service.named("web")));
        services.whenStarted().block();
        ShutdownReport report =
                Objects.requireNonNull(system.shutdown(Duration.ofSeconds(5)).block());
        report.late().forEach(late -> System.out.println("late " + late.actor()));
    }
}
