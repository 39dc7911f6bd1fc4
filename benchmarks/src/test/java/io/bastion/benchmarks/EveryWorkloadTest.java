package io.bastion.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.benchmarks.contender.Contender;
import io.bastion.benchmarks.work.Metric;
import io.bastion.benchmarks.work.Setup;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every workload on every system once, at a scale that says nothing about speed. */
class EveryWorkloadTest {
    private static final Pace TINY = new Pace(0, 0.002, 1, new Setup(2, 0.001));

    static Stream<Cell> cells() {
        return Arrays.stream(Contender.values())
                .flatMap(contender -> contender.workloads().stream().map(workload -> new Cell(contender, workload)));
    }

    @ParameterizedTest
    @MethodSource("cells")
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everyWorkload_onEverySystem_losesNothing(Cell cell) throws Exception {
        Assumptions.assumeTrue(
                cell.contender().missing().isEmpty(), () -> cell.contender().missing());
        Outcome outcome = Child.measure(cell, TINY);

        assertThat(outcome.series()).isNotEmpty();
        assertThat(outcome.series())
                .filteredOn(series -> series.metric() == Metric.THROUGHPUT)
                .allSatisfy(series -> assertThat(series.values()).allMatch(value -> value > 0));
    }
}
