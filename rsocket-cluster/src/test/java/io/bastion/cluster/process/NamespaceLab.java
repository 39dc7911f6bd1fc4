package io.bastion.cluster.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Each node in a network namespace of its own, all at one bridge, which is in a namespace, too: the machine's own network has no
 * part in it. Nodes find each other by mDNS alone.
 *
 * <p>What a node loses is decided where packets come in, by a classic BPF program in a {@code tc} filter: that needs neither
 * iptables nor netem.
 */
final class NamespaceLab implements NetworkLab {
    private static final String PREFIX = "bastion-";
    private static final AtomicInteger LABS = new AtomicInteger();
    private static final String DEVICE = "eth0";
    private static final int PORT = 7420;

    private final String name = PREFIX + ProcessHandle.current().pid() + "-" + LABS.incrementAndGet();
    private final List<String> namespaces = new ArrayList<>();
    private final Map<Integer, Set<Integer>> cuts = new TreeMap<>();
    private final Thread atExit = new Thread(this::delete);
    private final int nodes;
    private double loss;

    /**
     * @throws LabException if that is not possible here
     */
    NamespaceLab(int nodes) {
        this.nodes = nodes;
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            removeLeftovers();
            String hub = add("hub");
            run("ip", "-n", hub, "link", "add", "name", "hub0", "type", "bridge");
            run("ip", "-n", hub, "link", "set", "dev", "hub0", "up");
            for (int node = 1; node <= nodes; node++) {
                String namespace = add(String.valueOf(node));
                String port = "port" + node;
                run(
                        List.of("ip", "-n", hub, "link", "add", "name", port, "type", "veth"),
                        List.of("peer", "name", DEVICE, "netns", namespace));
                run("ip", "-n", hub, "link", "set", "dev", port, "master", "hub0", "up");
                run("ip", "-n", namespace, "address", "add", host(node) + "/24", "dev", DEVICE);
                run("ip", "-n", namespace, "link", "set", "dev", DEVICE, "up");
                run("ip", "-n", namespace, "link", "set", "dev", "lo", "up");
                run("tc", "-n", namespace, "qdisc", "add", "dev", DEVICE, "clsact");
            }
        } catch (LabException e) {
            close();
            throw e;
        }
    }

    private String add(String suffix) {
        String namespace = name + "-" + suffix;
        run("ip", "netns", "add", namespace);
        synchronized (namespaces) {
            namespaces.add(namespace);
        }
        return namespace;
    }

    private static String host(int node) {
        return "10.77.0." + node;
    }

    private String namespace(int node) {
        return name + "-" + node;
    }

    @Override
    public List<String> command(int node, List<String> program) {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace(node)));
        command.addAll(program);
        return command;
    }

    @Override
    public List<String> settings(int node) {
        return List.of("host=" + host(node), "port=" + PORT);
    }

    @Override
    public String address(int node) {
        return host(node) + ":" + PORT;
    }

    @Override
    public void started(int node, int port) {}

    @Override
    public void cut(int from, int to) {
        cuts.computeIfAbsent(to, n -> new TreeSet<>()).add(from);
        filter(to);
    }

    @Override
    public void loss(double share) {
        loss = share;
        for (int node = 1; node <= nodes; node++) {
            filter(node);
        }
    }

    private void filter(int node) {
        String program = program(cuts.getOrDefault(node, Set.of()), loss);
        run(
                List.of("tc", "-n", namespace(node), "filter", "replace", "dev", DEVICE, "ingress"),
                List.of("protocol", "all", "prio", "1", "handle", "1", "bpf", "da", "bytecode", program));
    }

    /** Classic BPF: what is not IP passes; of the rest nothing from those sources does, and of what is left only some. */
    private static String program(Set<Integer> sources, double loss) {
        List<String> code = new ArrayList<>();
        int checks = sources.size();
        code.add("40 0 0 12"); // the type of the frame
        code.add("21 0 " + (checks + 4) + " " + 0x0800); // else to the last line
        code.add("32 0 0 26"); // the source
        int left = checks;
        for (int source : sources) {
            code.add("21 " + (left + 1) + " 0 " + (0x0A4D0000L + source));
            left--;
        }
        code.add("32 0 0 4294963256"); // a random number
        code.add("53 0 1 " + (long) ((1 - loss) * 0xFFFFFFFFL)); // at least that much
        code.add("6 0 0 2"); // drop
        code.add("6 0 0 4294967295"); // goes on
        return code.size() + "," + String.join(",", code);
    }

    @Override
    public void rate(int kilobits) {
        for (int node = 1; node <= nodes; node++) {
            run(
                    List.of("tc", "-n", namespace(node), "qdisc", "replace", "dev", DEVICE, "root", "tbf"),
                    List.of("rate", kilobits + "kbit", "burst", "16kb", "latency", "200ms"));
        }
    }

    @Override
    public boolean reset() {
        return false;
    }

    @Override
    public void heal() {
        cuts.clear();
        loss = 0;
        for (int node = 1; node <= nodes; node++) {
            tryRun(List.of("tc", "-n", namespace(node), "filter", "delete", "dev", DEVICE, "ingress"));
            tryRun(List.of("tc", "-n", namespace(node), "qdisc", "delete", "dev", DEVICE, "root"));
        }
    }

    @Override
    public void close() {
        delete();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // on its way
        }
    }

    private void delete() {
        synchronized (namespaces) {
            namespaces.forEach(namespace -> tryRun(List.of("ip", "netns", "delete", namespace)));
            namespaces.clear();
        }
    }

    /** Those of processes that were killed. */
    private static void removeLeftovers() {
        for (String line : run("ip", "netns", "list").split("\n")) {
            String[] parts = line.split("[- ]");
            if (line.startsWith(PREFIX)
                    && ProcessHandle.of(Long.parseLong(parts[1])).isEmpty()) {
                tryRun(List.of("ip", "netns", "delete", line.split(" ")[0]));
            }
        }
    }

    private static String run(String... command) {
        return run(List.of(command), List.of());
    }

    private static String run(List<String> command, List<String> more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(more);
        try {
            Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new LabException(String.join(" ", all) + ": " + output.trim());
            }
            return output;
        } catch (IOException e) {
            throw new LabException(e.toString());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void tryRun(List<String> command) {
        try {
            run(command, List.of());
        } catch (LabException e) {
            // there was nothing to do
        }
    }

    @Override
    public String toString() {
        return "network namespaces " + name;
    }
}
