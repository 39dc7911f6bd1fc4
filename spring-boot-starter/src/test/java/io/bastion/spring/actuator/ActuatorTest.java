package io.bastion.spring.actuator;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.TerminationReason;
import io.bastion.actor.TreeNode;
import io.bastion.spring.Actor;
import io.bastion.spring.BastionAutoConfiguration;
import io.bastion.spring.actuator.ActorsEndpoint.ActorDescriptor;
import io.bastion.supervision.Restart;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.actuate.endpoint.CompositeHealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.IndicatedHealthDescriptor;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

class ActuatorTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    BastionAutoConfiguration.class,
                    BastionEndpointAutoConfiguration.class,
                    BastionHealthAutoConfiguration.class,
                    ApplicationAvailabilityAutoConfiguration.class,
                    AvailabilityHealthContributorAutoConfiguration.class,
                    AvailabilityProbesAutoConfiguration.class,
                    EndpointAutoConfiguration.class,
                    HealthContributorAutoConfiguration.class,
                    HealthContributorRegistryAutoConfiguration.class,
                    HealthEndpointAutoConfiguration.class))
            .withUserConfiguration(Ledger.class, Clerk.class)
            .withPropertyValues(
                    "bastion.workers=2",
                    "bastion.name=shop",
                    "bastion.actors.ledger.critical=true",
                    "bastion.actors.ledger.restart.backoff.min=1m",
                    "bastion.actors.ledger.restart.backoff.max=1m",
                    "bastion.actors.clerk.restart.tries=0",
                    "management.endpoint.health.show-details=always",
                    "management.endpoints.web.exposure.include=*");

    @Actor("ledger")
    static final class Ledger implements Behavior.Receive<String> {
        @Override
        public void receive(ActorContext<String> context, String message) {
            throw new IllegalStateException(message);
        }
    }

    @Actor("clerk")
    static final class Clerk implements Behavior.Receive<Integer> {
        @Override
        public void receive(ActorContext<Integer> context, Integer message) {
            throw new IllegalStateException(message.toString());
        }
    }

    @Test
    void health_whileAllIsWell_isUp() {
        runner.run(context -> {
            ready(context);
            assertThat(status(context)).isEqualTo(Status.UP);
            assertThat(actors(context).getStatus()).isEqualTo(Status.UP);
            assertThat(status(context, "readiness")).isEqualTo(Status.UP);
            assertThat(status(context, "liveness")).isEqualTo(Status.UP);
        });
    }

    @Test
    void readiness_whileACriticalActorWaitsForItsRestart_isRefusedAndLivenessIsNot() {
        runner.run(context -> {
            ready(context);
            tell(context, "ledgerRef", "broken");
            until(() -> status(context, "readiness").equals(Status.OUT_OF_SERVICE));
            assertThat(actors(context).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertThat(actors(context).getDetails().toString())
                    .contains(
                            "missing=[ledger]",
                            "bastion://shop/app/ledger=RESTARTING: java.lang.IllegalStateException: broken");
            assertThat(status(context, "liveness")).isEqualTo(Status.UP);
        });
    }

    @Test
    void health_withAnActorThatStaysDown_isDegradedAndTheApplicationReady() {
        runner.run(context -> {
            ready(context);
            tell(context, "clerkRef", 1);
            until(() -> actors(context).getStatus().equals(ActorsHealthIndicator.DEGRADED));
            assertThat(actors(context).getDetails())
                    .containsEntry(
                            "actors", Map.of("bastion://shop/app/clerk", "DOWN: java.lang.IllegalStateException: 1"));
            assertThat(status(context)).isEqualTo(Status.UP);
            assertThat(status(context, "readiness")).isEqualTo(Status.UP);
        });
    }

    @Test
    void health_withAnActorThatWasDown_isUpWhenAnotherIsInItsPlace() {
        runner.run(context -> {
            tell(context, "clerkRef", 1);
            until(() -> actors(context).getStatus().equals(ActorsHealthIndicator.DEGRADED));
            ActorSystem system = context.getBean(ActorSystem.class);
            until(() -> Boolean.TRUE.equals(app(system).restart("clerk").block(BOUND)));
            until(() -> actors(context).getStatus().equals(Status.UP));

            until(() -> {
                tell(context, "clerkRef", 2); // the reference leads to the new one soon
                return actors(context).getStatus().equals(ActorsHealthIndicator.DEGRADED);
            });
            assertThat(system.root().restart("app").block(BOUND)).isTrue(); // and with it all below
            until(() -> actors(context).getStatus().equals(Status.UP));
        });
    }

    @Test
    void health_afterTheFailureOfAnActorWithoutAName_isUp() {
        runner.run(context -> {
            ActorRef<String> gone = context.getBean(ActorSystem.class)
                    .spawn(ActorSpec.<String>anonymous(Ledger::new).restart(Restart.temporary()));
            gone.tell("once");
            assertThat(gone.whenTerminated().block(BOUND)).isInstanceOf(TerminationReason.Failed.class);
            until(() -> actors(context).getStatus().equals(Status.UP));
        });
    }

    private static SupervisorRef app(ActorSystem system) {
        TreeNode root = Objects.requireNonNull(system.tree().block(BOUND));
        return system.supervisor(Objects.requireNonNull(root.children().get(0).actor()));
    }

    @Test
    void liveness_ofASystemThatHasTerminated_isBroken() {
        runner.run(context -> {
            ready(context);
            context.getBean(ActorSystem.class).kill();
            until(() -> context.getBean(ApplicationAvailability.class).getLivenessState() == LivenessState.BROKEN);
            until(() -> status(context, "readiness").equals(Status.DOWN));
            assertThat(status(context, "liveness")).isEqualTo(Status.DOWN);
        });
    }

    @Test
    void readiness_withoutTheIndicator_isThatOfTheApplication() {
        runner.withPropertyValues("management.health.actors.enabled=false").run(context -> {
            ready(context);
            tell(context, "ledgerRef", "broken");
            assertThat(context).doesNotHaveBean(ActorsHealthIndicator.class);
            assertThat(status(context, "readiness")).isEqualTo(Status.UP);
        });
    }

    @Test
    void endpoint_actors_showsTheTreeWithinItsLimits() {
        runner.run(context -> {
            ActorsEndpoint endpoint = context.getBean(ActorsEndpoint.class);
            ActorDescriptor tree = endpoint.actors(null, null, null).block(BOUND);
            assertThat(tree).isNotNull();
            assertThat(tree.name()).isEqualTo("shop");
            assertThat(tree.size()).isEqualTo(4);
            assertThat(tree.children().get(0).children())
                    .extracting(ActorDescriptor::name)
                    .containsExactly("ledger", "clerk");
            ActorDescriptor app = endpoint.actors("app", null, 1).block(BOUND);
            assertThat(app).isNotNull();
            assertThat(app.children()).hasSize(1);
            assertThat(app.more()).isEqualTo(1);
            assertThat(endpoint.actors("app/nobody", null, null).block(BOUND)).isNull();
        });
    }

    @Test
    void endpoint_actors_isThereIfExposed() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=health")
                .run(context -> assertThat(context).doesNotHaveBean(ActorsEndpoint.class));
    }

    @SuppressWarnings("unchecked")
    private static void tell(ApplicationContext context, String reference, Object message) {
        ((ActorRef<Object>) context.getBean(reference)).tell(message);
    }

    /** What an application says of itself when it has started. */
    private static void ready(ApplicationContext context) {
        AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
        AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
    }

    private static Status status(ApplicationContext context, String... path) {
        return descriptor(context, path).getStatus();
    }

    private static HealthDescriptor descriptor(ApplicationContext context, String... path) {
        HealthEndpoint endpoint = context.getBean(HealthEndpoint.class);
        HealthDescriptor health = path.length == 0 ? endpoint.health() : endpoint.healthForPath(path);
        assertThat(health).isNotNull();
        return health;
    }

    private static IndicatedHealthDescriptor actors(ApplicationContext context) {
        CompositeHealthDescriptor all = (CompositeHealthDescriptor) descriptor(context);
        HealthDescriptor actors = Objects.requireNonNull(all.getComponents()).get("actors");
        assertThat(actors).isInstanceOf(IndicatedHealthDescriptor.class);
        return (IndicatedHealthDescriptor) actors;
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is over").isLessThan(end);
        }
    }
}
