package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Placement;
import io.bastion.actor.TreeEvent;
import io.bastion.supervision.Budget;
import io.bastion.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Real workers under BlockHound, in a JVM of their own. */
@Tag("blockhound")
class BlockHoundTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** All that BlockHound has found, in whatever thread. */
    private static final List<Throwable> FOUND = new CopyOnWriteArrayList<>();

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private ActorSystem system;

    @BeforeAll
    static void install() {
        try {
            BlockHound.install(builder -> builder.blockingMethodCallback(method -> {
                BlockingOperationError error = new BlockingOperationError(method);
                FOUND.add(error);
                throw error;
            }));
        } catch (Throwable t) {
            abort("BlockHound does not run on JDK " + Runtime.version().feature() + ": " + t);
        }
    }

    @BeforeEach
    void start() {
        system = ActorSystem.builder("hound")
                .workers(2)
                .budget(Budget.unlimited())
                .build();
        system.events().ofType(TreeEvent.Failed.class).subscribe(event -> failures.add(event.cause()));
        FOUND.clear();
    }

    @AfterEach
    void end() {
        system.close();
    }

    @Test
    void aHandlerThatSleeps_failsWithWhatItDid() {
        ActorRef<String> actor = system.spawn(ActorSpec.of(
                "sleeper",
                () -> Behavior.receive((context, message) -> {
                    if (message.equals("sleep")) {
                        Thread.sleep(1);
                    }
                })));
        actor.tell("sleep");
        Await.until("the sleeper fails", () -> !failures.isEmpty());
        assertThat(failures).isEqualTo(FOUND).singleElement().satisfies(error -> {
            assertThat(error).hasMessageContaining("sleep");
            assertThat(error.getSuppressed()[0])
                    .hasMessage("at bastion://hound/sleeper (incarnation 0) handling java.lang.String");
        });
    }

    @Test
    void anOperatorThatSleepsOnTheSystemsScheduler_isFound() {
        ActorRef<String> actor = system.spawn(ActorSpec.of(
                "sleeper",
                () -> Behavior.receiveAsync((context, message) -> Mono.fromCallable(() -> {
                            Thread.sleep(1);
                            return 1;
                        })
                        .subscribeOn(system.scheduler()))));
        actor.tell("sleep");
        Await.until("the sleeper fails", () -> !failures.isEmpty());
        assertThat(failures).isEqualTo(FOUND);
    }

    @Test
    void anActorThatIsDeclaredToBlock_mayDoSo() {
        AtomicInteger done = new AtomicInteger();
        ActorRef<String> actor = system.spawn(ActorSpec.<String>of(
                        "sleeper",
                        () -> Behavior.receive((context, message) -> {
                            Thread.sleep(1);
                            done.incrementAndGet();
                        }))
                .placement(Placement.blocking()));
        actor.tell("sleep");
        Await.until("it has slept", () -> done.get() == 1);
        assertThat(FOUND).isEmpty();
    }

    /** All that a system does: nothing of it blocks a worker. */
    @Test
    void aWholeSystem_blocksNowhere() {
        AtomicInteger ticks = new AtomicInteger();
        ActorSpec<Object> busy = ActorSpec.of(
                "busy",
                () -> Behavior.receive((context, message) -> {
                    if (message.equals("fail")) {
                        throw new IllegalStateException("on purpose");
                    } else if (message.equals("start")) {
                        context.timers().every("tick", "tick", Duration.ofMillis(2));
                        context.spawn(ActorSpec.anonymous(() -> Behavior.receive((c, m) -> {})));
                    } else if (message.equals("tick")) {
                        ticks.incrementAndGet();
                    } else if (message instanceof ActorRef<?> reply) {
                        @SuppressWarnings("unchecked")
                        ActorRef<String> to = (ActorRef<String>) reply;
                        to.tell("here");
                    }
                }));
        ActorRef<Object> actor = system.spawn(busy);
        ActorRef<Object> asker = system.spawn(ActorSpec.of(
                "asker",
                () -> Behavior.receiveAsync(
                        4,
                        (context, message) -> actor.<String>ask(reply -> reply, SECOND)
                                .delayElement(Duration.ofMillis(1), system.scheduler()))));
        for (int round = 0; round < 20; round++) {
            actor.tell("fail");
            actor.tell("start");
            Flux.range(0, 100).<Object>map(i -> i).as(asker::feed).block(SECOND.multipliedBy(10));
        }
        Await.until("ticks", () -> ticks.get() > 5);
        for (int i = 0; i < 20; i++) {
            ActorRef<Object> victim = system.spawn(ActorSpec.anonymous(() -> Behavior.receive((c, m) -> {})));
            victim.tell("x");
            if (i % 2 == 0) {
                victim.kill();
            } else {
                victim.stop();
            }
            victim.tell("dead");
            victim.whenTerminated().block(SECOND.multipliedBy(10));
        }
        Await.until("the asks are over", () -> asker.stats().queued() == 0);
        system.close();
        assertThat(FOUND).isEmpty();
    }
}
