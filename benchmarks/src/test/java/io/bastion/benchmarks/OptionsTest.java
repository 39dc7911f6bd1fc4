package io.bastion.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bastion.benchmarks.contender.Contender;
import io.bastion.benchmarks.work.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void defaults_compareEverything() {
        Options options = Options.parse(List.of());

        assertThat(options.forks()).isEqualTo(4);
        assertThat(options.pace().rounds()).isEqualTo(3);
        assertThat(options.contenders()).containsExactly(Contender.values());
        assertThat(options.workloads()).containsExactly(Workload.values());
        assertThat(options.flags()).contains("-XX:+UseG1GC", "-Xms4g", "-Xmx4g");
    }

    @Test
    void quick_keepsWhatIsSaidBesides() {
        Options options = Options.parse(List.of("--quick", "--rounds", "2"));

        assertThat(options.forks()).isEqualTo(1);
        assertThat(options.pace().rounds()).isEqualTo(2);
        assertThat(options.pace().setup().scale()).isEqualTo(0.1);
    }

    @Test
    void cells_standWorkloadByWorkload_soThatSystemsAlternate() {
        Options options = Options.parse(List.of("--systems", "pekko, bastion", "--workloads", "ask,tell"));

        assertThat(options.cells())
                .containsExactly(
                        new Cell(Contender.BASTION, Workload.TELL),
                        new Cell(Contender.PEKKO, Workload.TELL),
                        new Cell(Contender.BASTION, Workload.ASK),
                        new Cell(Contender.PEKKO, Workload.ASK));
    }

    @Test
    void nameOfAGroup_standsForItsWorkloads() {
        Options options = Options.parse(List.of("--workloads", "files,tell", "--data", "/data"));

        assertThat(options.workloads()).hasSize(13).contains(Workload.TELL, Workload.FILE_READ_1, Workload.FILE_STREAM);
        assertThat(options.flags()).contains("-Dio.bastion.benchmarks.data=/data");
    }

    @Test
    void whatIsWrong_isRefused_sayingWhatIsRight() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(List.of("--fork", "2")))
                .withMessageStartingWith("option: --fork (expected: one of");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(List.of("--forks")))
                .withMessageStartingWith("option: --forks (expected: one of");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(List.of("--systems", "akka")))
                .withMessageStartingWith("system: \"akka\" (expected: one of bastion,");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(List.of("--forks", "0")))
                .withMessage("forks: 0 (expected: >= 1)");
    }
}
