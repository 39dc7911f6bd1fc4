package io.bastion.observability.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** What stands in a recording. */
@Timeout(60)
class FlightEventsTest {
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
    void recording_holdsAllKindsOfEvents(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("bastion.jfr");
        try (ActorSystem system = ActorSystem.builder("flight").workers(2).build();
                FlightEvents events = FlightEvents.of(system, Duration.ofMillis(100));
                Recording recording = new Recording()) {
            assertThat(events).isNotNull();
            recording.enable("bastion.Restart");
            recording.enable("bastion.GaveUp");
            recording.enable("bastion.DroppedMessage");
            recording.enable("bastion.Steal");
            recording.enable("bastion.SlowHandler").withPeriod(Duration.ofMillis(20));
            recording.enable("bastion.MailboxStall").withPeriod(Duration.ofMillis(100));
            recording.start();

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
            TimeUnit.MILLISECONDS.sleep(600); // as long as the handler takes, and the periods of those that look
            latch.countDown();
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
            TimeUnit.MILLISECONDS.sleep(100); // a last look at the handlers
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> all = RecordingFile.readAllEvents(file);
        RecordedEvent restart = named(all, "bastion.Restart").stream() // in any order, and the supervisor's, too
                .filter(event -> event.getString("type").equals("fragile"))
                .findFirst()
                .orElseThrow();
        assertThat(restart.getString("cause")).isEqualTo(IllegalStateException.class.getName());
        assertThat(restart.getString("strategy")).isEqualTo("one_for_one");
        assertThat(named(all, "bastion.GaveUp").get(0).getString("actor")).isEqualTo("bastion://flight/top");
        assertThat(named(all, "bastion.DroppedMessage"))
                .anyMatch(event -> event.getString("reason").equals("terminated")
                        && event.getString("actor").equals("bastion://flight/top/lost"));
        assertThat(named(all, "bastion.SlowHandler"))
                .anyMatch(event -> event.getString("type").equals("slow") && event.getBoolean("running"))
                .anyMatch(event -> event.getString("type").equals("slow")
                        && !event.getBoolean("running")
                        && event.getDuration("elapsed").toMillis() >= 400);
        assertThat(named(all, "bastion.MailboxStall"))
                .anyMatch(event -> event.getString("type").equals("stuck") && event.getLong("queued") == 1);
        assertThat(named(all, "bastion.Steal")).isNotEmpty();
    }

    private static long steals(ActorSystem system) {
        return ((io.bastion.scheduler.NumaScheduler) system.scheduler())
                .stats().nodes().stream().mapToLong(node -> node.nearSteals()).sum();
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        List<RecordedEvent> found = events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
        assertThat(found).as(name).isNotEmpty();
        return found;
    }
}
