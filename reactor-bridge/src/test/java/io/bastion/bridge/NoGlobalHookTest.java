package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Placement;
import io.bastion.supervision.Budget;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

/** A system, with all that the bridge has, leaves Reactor's global state as it is. */
@ResourceLock("io.bastion.testkit")
class NoGlobalHookTest {
    /** All static fields but constants, and shared schedulers that Reactor itself creates when they are used. */
    private static Map<String, String> globalState() throws IllegalAccessException {
        Map<String, String> state = new TreeMap<>();
        for (Class<?> type : new Class<?>[] {Hooks.class, Schedulers.class, Operators.class}) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())
                        && !field.isSynthetic()
                        && !field.getName().startsWith("CACHED_")) {
                    field.setAccessible(true);
                    state.put(type.getSimpleName() + "." + field.getName(), String.valueOf(field.get(null)));
                }
            }
        }
        return state;
    }

    @Test
    void aSystem_startedUsedAndStopped_changesNothing() throws Exception {
        Schedulers.boundedElastic().schedule(() -> {}); // what Reactor makes when it is used for the first time
        Map<String, String> before = globalState();
        assertThat(before).isNotEmpty();
        Map<String, String> during;
        try (ActorSystem system = ActorSystem.builder("quiet")
                .budget(Budget.unlimited())
                .intercept(ContextPropagation.interceptor())
                .build()) {
            ActorRef<Object> actor = system.spawn(ActorSpec.of(
                    "a",
                    () -> Behavior.receiveAsync((context, message) -> {
                        if (message.equals("fail")) {
                            throw new IllegalStateException("on purpose");
                        }
                        return Flux.just(message).publishOn(system.scheduler());
                    })));
            ActorRef<Object> blocking =
                    system.spawn(ActorSpec.<Object>of("b", () -> Behavior.receive((context, message) -> {}))
                            .placement(Placement.blocking()));
            Flux.<Object>just("x", "fail", "y").as(actor::feed).block(Duration.ofSeconds(10));
            blocking.tell("x");
            actor.ask(reply -> reply, Duration.ofMillis(1)).onErrorComplete().block(Duration.ofSeconds(10));
            during = globalState();
        }
        assertThat(during).isEqualTo(before);
        assertThat(globalState()).isEqualTo(before);
    }
}
