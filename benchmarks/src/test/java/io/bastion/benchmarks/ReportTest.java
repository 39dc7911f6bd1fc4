package io.bastion.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.benchmarks.contender.Contender;
import io.bastion.benchmarks.work.Metric;
import io.bastion.benchmarks.work.Series;
import io.bastion.benchmarks.work.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final Results results = new Results();

    @Test
    void throughput_isComparedWithTheBetterPekko_andJudgedByTheGoal() {
        add(Contender.BASTION, Workload.TELL, Metric.THROUGHPUT, 60, 50, 70);
        add(Contender.PEKKO, Workload.TELL, Metric.THROUGHPUT, 10);
        add(Contender.PEKKO_TUNED, Workload.TELL, Metric.THROUGHPUT, 12);
        add(Contender.REACTOR, Workload.TELL, Metric.THROUGHPUT, 20);

        assertThat(report())
                .contains("| **60.0** (50.0 – 70.0) | **10.0** (10.0 – 10.0) | **12.0** (12.0 – 12.0) | **20.0**")
                .contains("| 5.00 | ≥ 4.00 × ✓ |");
    }

    @Test
    void batches_areComparedWithThePlainSends_ofTheRivals() {
        add(Contender.BASTION, Workload.FAN_IN_ALL, Metric.THROUGHPUT, 100);
        add(Contender.PEKKO, Workload.FAN_IN, Metric.THROUGHPUT, 25);

        assertThat(report()).contains("| fan-in 4→1 by batches | **100** (100 – 100) |  | 4.00 | ≥ 5.00 × ✗ |");
    }

    @Test
    void bytes_areBetterTheFewerTheyAre() {
        add(Contender.BASTION, Workload.HEAP_UNNAMED, Metric.HEAP_IDLE, 100);
        add(Contender.PEKKO, Workload.HEAP_UNNAMED, Metric.HEAP_IDLE, 800);

        assertThat(report()).contains("| 8.00 | ≤ 120 ✓ |");
    }

    @Test
    void largeTree_isComparedWithTheSmallOne() {
        add(Contender.BASTION, Workload.TREE_10K, Metric.THROUGHPUT, 2);
        add(Contender.BASTION, Workload.TREE_100K, Metric.THROUGHPUT, 1.5);
        add(Contender.BASTION, Workload.TREE_1M, Metric.THROUGHPUT, 0.5);

        assertThat(report())
                .contains("| ≥ 0.50 × supervised tree, 10 k actors, is 0.75 ✓ |")
                .contains("| ≥ 0.50 × supervised tree, 10 k actors, is 0.25 ✗ |");
    }

    @Test
    void files_areComparedWithEachSystemThatTheirGoalNames() {
        add(Contender.BASTION_URING, Workload.FILE_READ_32, Metric.THROUGHPUT, 0.8);
        add(Contender.ELASTIC_CHANNEL, Workload.FILE_READ_32, Metric.THROUGHPUT, 0.4);
        add(Contender.FIO, Workload.FILE_READ_32, Metric.THROUGHPUT, 1);
        add(Contender.BASTION_URING, Workload.FILE_DIRECT_32, Metric.SWITCHES, 0.3);

        assertThat(report())
                .contains("| 2.00 | ≥ 1.50 × FileChannel on boundedElastic, is 2.00 ✓; ≥ 0.90 × fio, is 0.80 ✗ |")
                .contains("| ≤ 0.0500 ✗ |");
    }

    @Test
    void failures_standAtTheTop() {
        add(Contender.PEKKO, Workload.TELL, Metric.THROUGHPUT, 10);

        assertThat(Report.of(results, List.of("here"), List.of("fork 1: child: tell on bastion failed")))
                .containsSubsequence("* here", "## Failed", "tell on bastion failed", "## Messages: throughput (M/s)");
    }

    private void add(Contender contender, Workload workload, Metric metric, double... values) {
        results.add(new Outcome(new Cell(contender, workload), 0, List.of(Series.of(metric, values))));
    }

    private String report() {
        return Report.of(results, List.of(), List.of());
    }
}
