package io.bastion.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bastion.benchmarks.contender.Contender;
import io.bastion.benchmarks.work.Metric;
import io.bastion.benchmarks.work.Series;
import io.bastion.benchmarks.work.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    @Test
    void line_readBack_isTheSameOutcome() {
        Outcome outcome = new Outcome(
                new Cell(Contender.PEKKO_TUNED, Workload.FAN_IN),
                0.25,
                List.of(Series.of(Metric.THROUGHPUT, 12.5, 13.25), Series.of(Metric.ALLOCATION, 48.0, 1.0E-4)));

        String line = outcome.toLine();

        assertThat(Outcome.isLine(line)).isTrue();
        assertThat(Outcome.ofLine(line)).isEqualTo(outcome);
    }

    @Test
    void line_ofSomethingElse_isRefused() {
        assertThat(Outcome.isLine("12:00 WARN something")).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Outcome.ofLine("RESULT\tpekko"))
                .withMessageContaining("(expected: an outcome)");
    }

    @Test
    void cell_ofAWorkloadWithoutTheSystem_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Cell(Contender.VERTX, Workload.SKYNET))
                .withMessage("workload: skynet (expected: one in which vertx takes part)");
    }
}
