package io.bastion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import net.openhft.affinity.Affinity;
import net.openhft.affinity.impl.NullAffinity;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumaTopologyTest {
    @TempDir
    Path root;

    private Path status;

    @BeforeEach
    void allowAllCpus() throws IOException {
        status = root.resolve("status");
        allowed("0-255");
        Files.createDirectories(root.resolve("node"));
    }

    @Test
    void nodes_areReadInTheOrderOfTheirIds_withGaps() throws IOException {
        node(10, "4-5");
        node(2, "2-3");
        node(0, "0-1");

        assertThat(read(100).nodes())
                .containsExactly(
                        new NumaTopology.Node(0, List.of(0, 1), 2),
                        new NumaTopology.Node(2, List.of(2, 3), 2),
                        new NumaTopology.Node(10, List.of(4, 5), 2));
    }

    @Test
    void nodeWithMemoryOnly_isLeftOut() throws IOException {
        node(0, "0-3");
        node(1, "\n");

        assertThat(read(100).nodes()).extracting(NumaTopology.Node::id).containsExactly(0);
    }

    @Test
    void offlineCpus_areLeftOut() throws IOException {
        node(0, "0-7");
        online("0-2,5");

        assertThat(read(100).nodes().get(0).cpus()).containsExactly(0, 1, 2, 5);
    }

    @Test
    void cpuset_restrictsCpusAndNodes() throws IOException {
        node(0, "0-3");
        node(1, "4-7");
        node(2, "8-11");
        allowed("2-3,9");

        assertThat(read(100).nodes())
                .containsExactly(new NumaTopology.Node(0, List.of(2, 3), 2), new NumaTopology.Node(2, List.of(9), 1));
    }

    @Test
    void quota_fillsNodesInOrder() throws IOException {
        node(0, "0-3");
        node(1, "4-7");
        node(2, "8-11");

        NumaTopology topology = read(6);

        assertThat(topology.nodes()).extracting(NumaTopology.Node::parallelism).containsExactly(4, 2);
        assertThat(topology.nodes().get(1).cpus()).containsExactly(4, 5, 6, 7);
        assertThat(topology.parallelism()).isEqualTo(6);
    }

    @Test
    void otherFilesOfTheDirectory_areIgnored() throws IOException {
        node(0, "0");
        Files.writeString(root.resolve("node/online"), "0");
        Files.createDirectories(root.resolve("node/power"));

        assertThat(read(100).nodes()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no nodes", "no status", "no line", "garbage", "no cpu allowed", "no cpulist"})
    void unreadableTopology_isOneNodeWithAllProcessors(String fault) throws IOException {
        node(0, "0-3");
        switch (fault) {
            case "no nodes" -> {
                Files.delete(root.resolve("node/node0/cpulist"));
                Files.delete(root.resolve("node/node0"));
                Files.delete(root.resolve("node"));
            }
            case "no status" -> Files.delete(status);
            case "no line" -> Files.writeString(status, "Name:\tjava\n");
            case "garbage" -> node(1, "4-x");
            case "no cpu allowed" -> allowed("200");
            default -> Files.delete(root.resolve("node/node0/cpulist"));
        }

        assertThat(read(3)).isEqualTo(NumaTopology.of(3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''       | {}",
                "3        | {3}",
                "0-3      | {0, 1, 2, 3}",
                "0-1,4,6-7| {0, 1, 4, 6, 7}",
                "0-9:2/4  | {0, 1, 4, 5, 8, 9}",
            })
    void cpuList_isParsed(String list, String cpus) {
        assertThat(SysfsTopology.parseCpuList(list + "\n")).hasToString(cpus);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "1-", "-1", "1,,2", "1-2:3"})
    void cpuList_withGarbage_isRefused(String list) {
        assertThatThrownBy(() -> SysfsTopology.parseCpuList(list))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void imaginaryTopology_numbersItsCpus() {
        assertThat(NumaTopology.of(2, 1).nodes())
                .containsExactly(new NumaTopology.Node(0, List.of(0, 1), 2), new NumaTopology.Node(1, List.of(2), 1));
    }

    @Test
    void wrongArguments_areRefused() {
        assertThatThrownBy(() -> NumaTopology.of(2, 0)).hasMessage("cpusPerNode: 0 (expected: >= 1)");
        assertThatThrownBy(() -> NumaTopology.of()).hasMessage("nodes: [] (expected: at least one)");
        assertThatThrownBy(() -> new NumaTopology.Node(0, List.of(1), 2)).hasMessage("parallelism: 2 (expected: 1..1)");
    }

    @Test
    void systemTopology_offersNoMoreThanTheAvailableProcessors() {
        assertThat(NumaTopology.system().parallelism())
                .isBetween(1, Runtime.getRuntime().availableProcessors());
    }

    private NumaTopology read(int limit) {
        return SysfsTopology.read(root, status, limit);
    }

    private void node(int id, String cpus) throws IOException {
        Path directory = Files.createDirectories(root.resolve("node/node" + id));
        Files.writeString(directory.resolve("cpulist"), cpus);
    }

    @Test
    void threadOfSomebodyElse_isBoundToANode() throws Exception {
        Assumptions.assumeFalse(Affinity.getAffinityImpl() instanceof NullAffinity, "threads cannot be bound here");
        int cpu = NumaTopology.system().nodes().get(0).cpus().get(0);
        FutureTask<BitSet> bound = new FutureTask<>(() -> {
            new NumaTopology.Node(0, List.of(cpu), 1).pinCurrentThread();
            return Affinity.getAffinity();
        });
        new Thread(bound).start();

        BitSet expected = new BitSet();
        expected.set(cpu);
        assertThat(bound.get(10, TimeUnit.SECONDS)).isEqualTo(expected);
    }

    private void allowed(String cpus) throws IOException {
        Files.writeString(
                status, "Name:\tjava\nCpus_allowed:\tff\nCpus_allowed_list:\t" + cpus + "\nMems_allowed:\t1\n");
    }

    private void online(String cpus) throws IOException {
        Files.createDirectories(root.resolve("cpu"));
        Files.writeString(root.resolve("cpu/online"), cpus);
    }
}
