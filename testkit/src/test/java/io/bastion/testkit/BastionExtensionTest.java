package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.scheduler.NumaScheduler;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** What tests get from the extension, and for what they fail. */
@ResourceLock("io.bastion.testkit")
class BastionExtensionTest {
    private final ReactorState before = ReactorState.now();

    @BeforeEach
    void clear() {
        Fixtures.LEFT.clear();
    }

    @AfterEach
    void reactorIsAsBefore() {
        assertThat(before.setSince(before)).isEmpty();
    }

    private static Events run(Class<?> fixture) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(DiscoverySelectors.selectClass(fixture))
                .execute()
                .testEvents();
    }

    private static void assertPasses(Class<?> fixture) {
        Events events = run(fixture);
        assertThat(failures(events)).isEmpty();
        events.assertStatistics(statistics -> statistics.started(1).succeeded(1));
    }

    private static Throwable failure(Class<?> fixture) {
        List<Throwable> failures = failures(run(fixture));
        assertThat(failures).hasSize(1);
        return failures.get(0);
    }

    private static List<Throwable> failures(Events events) {
        return events.failed().stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .map(result -> result.getThrowable().orElseThrow())
                .toList();
    }

    private static String message(Class<?> fixture) {
        return String.valueOf(failure(fixture).getMessage());
    }

    @Test
    void test_getsWhatItAsksFor_andPassesIfItLeavesNothing() {
        assertPasses(Fixtures.Clean.class);
        assertThat(Fixtures.LEFT).hasSize(4);
        assertThat(Fixtures.LEFT.get(0)).isSameAs(Fixtures.LEFT.get(1));
        assertThat(Fixtures.LEFT.get(2)).isEqualTo(true);
        TestKit kit = (TestKit) Fixtures.LEFT.get(0);
        assertThat(Fixtures.LEFT.get(3)).isSameAs(kit.system());
        assertThat(kit.scheduler().isDisposed()).isTrue();
    }

    @Test
    void test_mayRunOnWorkers() {
        assertPasses(Fixtures.CleanOnWorkers.class);
        assertThat(Fixtures.LEFT).singleElement().asString().startsWith("numa(3,");
    }

    @ParameterizedTest
    @ValueSource(classes = {Fixtures.LeavesATimer.class, Fixtures.LeavesATimerOnWorkers.class})
    void pendingTimer_isFound(Class<?> fixture) {
        assertThat(message(fixture)).contains("timers: [").contains(", due at PT1");
    }

    @Test
    void hooks_areFound_andTakenAway() {
        assertThat(message(Fixtures.LeavesHooks.class))
                .contains("Reactor's hooks: [onErrorDroppedHook, onOperatorErrorHook, onScheduleHook] (expected: none");
    }

    @Test
    void factory_isFound_andTakenAway() {
        assertThat(message(Fixtures.LeavesAFactory.class)).contains("Reactor's hooks: [factory] (expected: none");
    }

    @Test
    void hooksThatWereReset_areNoLeak() {
        assertPasses(Fixtures.ResetsHooks.class);
    }

    @Test
    void droppedError_isFound() {
        Throwable failure = failure(Fixtures.LosesAnError.class);
        assertThat(failure).hasMessageContaining("error that nobody saw: java.lang.IllegalStateException: dropped");
        assertThat(failure.getSuppressed()).singleElement().asString().contains("dropped");
    }

    @ParameterizedTest
    @ValueSource(classes = {Fixtures.ThrowsInATask.class, Fixtures.ThrowsInATaskOnWorkers.class})
    void errorOfATask_isFound(Class<?> fixture) {
        Throwable failure = failure(fixture);
        assertThat(failure).hasMessageContaining("error that nobody saw: java.lang.IllegalStateException: thrown");
        assertThat(failure.getSuppressed()).hasSize(1);
    }

    @Test
    void lostErrorThatWasTaken_isNoLeak() {
        assertPasses(Fixtures.TakesALostError.class);
        assertThat(Fixtures.LEFT).singleElement().asString().contains("expected");
    }

    @Test
    void workerThread_isFound() {
        String message = message(Fixtures.LeavesAThread.class);
        NumaScheduler leak = (NumaScheduler) Fixtures.LEFT.get(0);
        leak.dispose();
        leak.disposeGracefully().block(Await.BOUND);
        assertThat(message).contains("no worker thread left: [leak-0-0]");
    }

    @Test
    void failedTest_tellsItsSeed_andIsClearedAway() {
        Throwable failure = failure(Fixtures.Fails.class);
        assertThat(failure).hasMessage("it is as it is");
        assertThat(failure.getSuppressed()).singleElement().asString().isEqualTo("replay with -Dbastion.seed=4711");
        assertThat(((DeterministicScheduler) Fixtures.LEFT.get(0)).isDisposed()).isTrue();
    }

    @Test
    void brokenPromise_tellsTheSeed() {
        assertThat(message(Fixtures.BreaksAPromise.class)).endsWith("\nreplay with -Dbastion.seed=12");
    }

    @Test
    void settings_areThoseOfTheMethod_orOfTheClassAroundIt() {
        Events events = run(Fixtures.Seeds.class);
        events.assertStatistics(statistics -> statistics.started(4).succeeded(3).failed(1));
        assertThat(Fixtures.LEFT).hasSize(3).contains(OptionalLong.of(5), OptionalLong.empty());
        assertThat(failures(events))
                .singleElement()
                .asString()
                .contains("(expected: @BastionTest with deterministic = true)");
    }

    @Test
    void property_replaysASeed() {
        System.setProperty(Seed.PROPERTY, "77");
        try {
            run(Fixtures.Seeds.class);
        } finally {
            System.clearProperty(Seed.PROPERTY);
        }
        assertThat(Fixtures.LEFT)
                .containsExactlyInAnyOrderElementsOf(
                        List.of(OptionalLong.of(77), OptionalLong.of(77), OptionalLong.empty()));
    }
}
