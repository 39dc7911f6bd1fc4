package io.bastion.scheduler;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The NUMA nodes of the machine, as far as this process may use them.
 *
 * <p>Immutable. Nodes are addressed by their index in {@link #nodes()}; their ids are the operating system's and may
 * have gaps.
 *
 * @param nodes at least one, in the order of their ids
 */
public record NumaTopology(List<Node> nodes) {
    /**
     * A node with cpus.
     *
     * @param id the operating system's number of the node
     * @param cpus the operating system's numbers of the cpus that this process may use, ascending
     * @param parallelism threads that this process can run there at a time: the number of cpus, or less where a quota
     *     allows less
     */
    public record Node(int id, List<Integer> cpus, int parallelism) {
        /** Checks and copies the components. */
        public Node {
            cpus = List.copyOf(cpus);
            if (id < 0) {
                throw new IllegalArgumentException("id: " + id + " (expected: >= 0)");
            }
            if (cpus.isEmpty()) {
                throw new IllegalArgumentException("cpus: " + cpus + " (expected: at least one)");
            }
            if (parallelism < 1 || parallelism > cpus.size()) {
                throw new IllegalArgumentException(
                        "parallelism: " + parallelism + " (expected: 1.." + cpus.size() + ")");
            }
        }

        /**
         * Binds the calling thread to the node's cpus, between which it may still move, as {@link
         * NumaScheduler.Builder#pinned} does for workers. Takes {@code net.openhft:affinity} on the class path; without
         * it, and where the platform cannot, this has no effect but a line in the log. Threads that a bound thread creates
         * inherit the binding.
         */
        public void pinCurrentThread() {
            new CpuPinning(cpus).run();
        }
    }

    /** Checks and copies the components. */
    public NumaTopology {
        nodes = List.copyOf(nodes);
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("nodes: " + nodes + " (expected: at least one)");
        }
    }

    /**
     * The machine's topology: on Linux as {@code /sys/devices/system/node} tells, within the process's cpuset; one node
     * with all available processors elsewhere, and where it cannot be read. The nodes' parallelism sums up to no more
     * than {@link Runtime#availableProcessors()}.
     */
    public static NumaTopology system() {
        return SysfsTopology.read(
                Path.of("/sys/devices/system"),
                Path.of("/proc/self/status"),
                Runtime.getRuntime().availableProcessors());
    }

    /**
     * An imaginary topology, for tests: nodes with the given numbers of cpus, all numbered from zero.
     *
     * @param cpusPerNode a number for each node, each at least 1
     */
    public static NumaTopology of(int... cpusPerNode) {
        List<Node> nodes = new ArrayList<>();
        int firstCpu = 0;
        for (int count : cpusPerNode) {
            if (count < 1) {
                throw new IllegalArgumentException("cpusPerNode: " + count + " (expected: >= 1)");
            }
            List<Integer> cpus =
                    IntStream.range(firstCpu, firstCpu + count).boxed().toList();
            nodes.add(new Node(nodes.size(), cpus, count));
            firstCpu += count;
        }
        return new NumaTopology(nodes);
    }

    /** The sum of the nodes' parallelism. */
    public int parallelism() {
        return nodes.stream().mapToInt(Node::parallelism).sum();
    }
}
