package io.bastion.benchmarks.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A workload whose system loses a message gives no figure. */
class LostMessageTest {
    private static final Setup SMALL = new Setup(1, 0.001);
    private static final int OPERATIONS = 2_048;
    private static final int LOST = 300;

    static Stream<Named<Function<LossyActors, Work.Load>>> workloads() {
        return Stream.of(
                Named.of("tell", Tell::new),
                Named.of("fan-in", FanIn::new),
                Named.of("ping-pong", actors -> new PingPong<>(actors, 1, 1)),
                Named.of("pairs", actors -> new PingPong<>(actors, 64, 16)),
                Named.of("ring", actors -> new Ring<>(actors, 1)),
                Named.of("spawn", actors -> new Spawn<>(actors, SMALL)),
                Named.of("skynet", actors -> new Skynet<>(actors, SMALL)),
                Named.of("ask", Ask::new),
                Named.of("restart", actors -> new Restart<>(actors, UnaryOperator.identity(), 1)));
    }

    @AfterEach
    void loseLate() {
        System.clearProperty(Finish.LIMIT_PROPERTY);
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void aLostMessage_failsTheRound(Function<LossyActors, Work.Load> workload) {
        System.setProperty(Finish.LIMIT_PROPERTY, "300"); // here, where the wait is in vain
        try (LossyActors actors = new LossyActors(number -> number == LOST)) {
            Work.Load load = workload.apply(actors);

            assertThatIllegalStateException().isThrownBy(() -> load.run(OPERATIONS));
        }
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void noLostMessage_givesAFigure(Function<LossyActors, Work.Load> workload) throws Exception {
        try (LossyActors actors = new LossyActors(number -> false)) {
            assertThat(workload.apply(actors).run(OPERATIONS).operations()).isPositive();
        }
    }
}
