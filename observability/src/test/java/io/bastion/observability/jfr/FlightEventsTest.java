package io.bastion.observability.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.testkit.Await;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/** What stands in a recording. */
@Timeout(60)
class FlightEventsTest {
    private static final Duration SLOW = Duration.ofMillis(100);

    private final Queue<RecordedEvent> all = new ConcurrentLinkedQueue<>();

    private static ActorSpec<Object> handling(String type) {
        return ActorSpec.<Object>anonymous(() -> Behavior.receive((context, m) -> {
                    if (m instanceof CountDownLatch latch) {
                        Await.open(latch);
                    } else if (m.equals("boom")) {
                        throw new IllegalStateException("told so");
                    }
                }))
                .type(type);
    }

    @Test
    void recording_holdsAllKindsOfEvents() {
        try (ActorSystem system = ActorSystem.builder("flight").workers(2).build();
                FlightEvents events = FlightEvents.of(system, SLOW);
                RecordingStream recording = new RecordingStream()) {
            assertThat(events).isNotNull();
            recording.enable("bastion.Restart");
            recording.enable("bastion.GaveUp");
            recording.enable("bastion.DroppedMessage");
            recording.enable("bastion.Steal");
            recording.enable("bastion.SlowHandler").withPeriod(Duration.ofMillis(20));
            recording.enable("bastion.MailboxStall").withPeriod(Duration.ofMillis(100));
            recording.setReuse(false);
            recording.onEvent(all::add);
            recording.startAsync();

            ActorRef<Object> fragile = system.spawn(handling("fragile"));
            fragile.tell("boom");
            SupervisorRef top = system.supervise(SupervisorSpec.named("top").budget(0, Duration.ofMinutes(1)));
            ActorRef<Object> lost =
                    top.<Object>add(handling("lost").named("lost")).block();
            java.util.Objects.requireNonNull(lost).tell("boom");
            lost.whenTerminated().block();
            lost.tell("too late");

            ActorRef<Object> stuck =
                    system.spawn(ActorSpec.<Object>anonymous(() -> Behavior.receiveAsync((context, m) -> Mono.never()))
                            .type("stuck"));
            stuck.tell(1);
            stuck.tell(2);
            CountDownLatch latch = new CountDownLatch(1);
            system.spawn(handling("slow")).tell(latch);
            // one by one: they come by way of a file, once a second at most
            await("the slow one", () -> slow(true));
            latch.countDown();
            await("the stuck one", this::stalls);
            ActorRef<Object> spawner = system.spawn(ActorSpec.anonymous(() -> Behavior.receive((context, m) -> {
                for (int i = 0; i < 64; i++) {
                    context.spawn(ActorSpec.<Object>anonymous(() -> Behavior.receive((c, n) -> Thread.onSpinWait())))
                            .tell(i);
                }
            })));
            long steals = steals(system);
            Await.until("work is stolen", () -> {
                spawner.tell("more");
                return steals(system) > steals;
            });
            await("the restart", this::restarts);
            await("who gave up", () -> named("bastion.GaveUp"));
            await("the dead letter", this::letters);
            await("the end of the slow one", () -> slow(false));
            await("the steal", () -> named("bastion.Steal"));
            stuck.kill();
        }
        assertThat(restarts()).singleElement().satisfies(restart -> {
            assertThat(restart.getString("cause")).isEqualTo(IllegalStateException.class.getName());
            assertThat(restart.getString("strategy")).isEqualTo("one_for_one");
        });
        assertThat(named("bastion.GaveUp"))
                .first()
                .extracting(event -> event.getString("actor"))
                .isEqualTo("bastion://flight/top");
        assertThat(letters()).anyMatch(event -> event.getString("actor").equals("bastion://flight/top/lost"));
        Duration running = slow(true).findFirst().orElseThrow().getDuration("elapsed");
        assertThat(running).isGreaterThanOrEqualTo(SLOW);
        assertThat(slow(false).findFirst().orElseThrow().getDuration("elapsed")).isGreaterThan(running);
    }

    private static void await(String what, Supplier<Stream<RecordedEvent>> events) {
        Await.until(what + " is in the recording", () -> events.get().findAny().isPresent());
    }

    /** Of the actor alone: its supervisor, which fails in its turn, may be restarted, too. */
    private Stream<RecordedEvent> restarts() {
        return named("bastion.Restart").filter(event -> event.getString("type").equals("fragile"));
    }

    private Stream<RecordedEvent> letters() {
        return named("bastion.DroppedMessage")
                .filter(event -> event.getString("reason").equals("terminated"));
    }

    /** Of the one that waits behind the other; before the first is taken two wait. */
    private Stream<RecordedEvent> stalls() {
        return named("bastion.MailboxStall")
                .filter(event -> event.getString("type").equals("stuck") && event.getLong("queued") == 1);
    }

    /** What was told of the slow handler while it ran, or afterwards. */
    private Stream<RecordedEvent> slow(boolean running) {
        return named("bastion.SlowHandler")
                .filter(event -> event.getString("type").equals("slow") && event.getBoolean("running") == running);
    }

    private static long steals(ActorSystem system) {
        return ((io.bastion.scheduler.NumaScheduler) system.scheduler())
                .stats().nodes().stream().mapToLong(node -> node.nearSteals()).sum();
    }

    private Stream<RecordedEvent> named(String name) {
        return all.stream().filter(event -> event.getEventType().getName().equals(name));
    }
}
