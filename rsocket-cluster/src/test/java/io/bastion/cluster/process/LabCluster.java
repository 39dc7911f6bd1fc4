package io.bastion.cluster.process;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Nodes 1 to n, each a process in one network, and what must hold of them together. For one thread. */
final class LabCluster implements AutoCloseable {
    private static final long BOUND_SECONDS = 90;

    final NetworkLab lab;
    private final int size;
    private final Map<Integer, NodeProcess> nodes = new HashMap<>();
    private final Map<Integer, ClockJump> clocks = new HashMap<>();
    private final HistoryChecker checker = new HistoryChecker();
    private final long begin = System.nanoTime();
    private int inquiries;

    LabCluster(NetworkLab lab, int size) {
        this.lab = lab;
        this.size = size;
    }

    /** This node's clock will be able to jump, if its process is started after this. */
    void clock(int number, ClockJump clock) {
        clocks.put(number, clock);
    }

    void startAll() {
        for (int number = 1; number <= size; number++) {
            start(number);
        }
        awaitOneView();
    }

    NodeProcess start(int number) {
        NodeProcess node = new NodeProcess(lab, number, checker, clocks.getOrDefault(number, ClockJump.NONE));
        nodes.put(number, node);
        return node;
    }

    NodeProcess node(int number) {
        return Objects.requireNonNull(nodes.get(number), () -> "node " + number + " does not run");
    }

    void kill(int number) {
        node(number).close();
        nodes.remove(number);
    }

    Collection<NodeProcess> alive() {
        return nodes.values();
    }

    Set<Integer> numbers() {
        return Set.copyOf(nodes.keySet());
    }

    void say(String what) {
        System.out.printf("%6.1f s, %s: %s%n", (System.nanoTime() - begin) / 1e9, lab, what);
    }

    void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + BOUND_SECONDS + " s: " + what + this);
            }
            pause(20);
        }
    }

    static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** All have the same members, which are these, and numbers arrive from each at each from now on. */
    void awaitOneView() {
        await("one view", () -> {
            Set<String> uids = uids();
            return alive().stream().allMatch(node -> node.view().equals(uids));
        });
        Map<String, Integer> before = new HashMap<>();
        forEachPair((from, to) -> before.put(from.uid() + to.uid(), to.received(from.uid(), to.uid())));
        await("numbers from all to all", () -> {
            List<String> silent = new ArrayList<>();
            forEachPair((from, to) -> {
                if (to.received(from.uid(), to.uid()) <= before.getOrDefault(from.uid() + to.uid(), 0)) {
                    silent.add(from.uid());
                }
            });
            return silent.isEmpty();
        });
    }

    /** All of these see that another one is gone for ever. */
    void awaitRemoved(String uid, int... by) {
        await(uid + " is removed", () -> {
            for (int number : by) {
                if (!node(number).hasRemoved(uid)) {
                    return false;
                }
            }
            return true;
        });
    }

    private Set<String> uids() {
        return alive().stream().map(NodeProcess::uid).collect(Collectors.toSet());
    }

    private interface Pair {
        void of(NodeProcess one, NodeProcess other);
    }

    private void forEachPair(Pair pair) {
        for (NodeProcess one : alive()) {
            for (NodeProcess other : alive()) {
                if (one != other) {
                    pair.of(one, other);
                }
            }
        }
    }

    /** How much each sends to each of the others at a time, and how long a message is. */
    void pace(int messages, int bytes) {
        alive().forEach(node -> node.command("pace " + messages + " " + bytes));
    }

    /** Lets the cluster come to rest, checks it, and goes on. It must be whole. */
    void checkAtRest() {
        awaitOneView();
        pace(0, 0);
        awaitAccounts();
        awaitGroup();
        awaitHistories();
        pace(1, 0);
    }

    /** Asks that have no answer have an end within two seconds, and signals come when they come. */
    private void awaitHistories() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        while (checker.isWaiting() && System.nanoTime() - end < 0) {
            pause(20);
        }
        List<String> violations = checker.atRest();
        if (!violations.isEmpty()) {
            throw new AssertionError(String.join("\n", violations) + this);
        }
    }

    private Map<String, long[]> accounts() {
        String inquiry = String.valueOf(++inquiries);
        alive().forEach(node -> node.command("accounts " + inquiry));
        await(
                "accounts",
                () -> alive().stream()
                        .noneMatch(node -> node.answers("accounts " + inquiry).isEmpty()));
        Map<String, long[]> accounts = new HashMap<>();
        for (NodeProcess node : alive()) {
            for (String[] line : node.answers("account " + inquiry)) {
                long[] numbers = new long[line.length - 4];
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = Long.parseLong(line[i + 4]);
                }
                accounts.put(line[2] + " " + line[3], numbers);
            }
        }
        return accounts;
    }

    /** What was written has been received, but for what was under way when links broke, and nothing waits for credit. */
    private void awaitAccounts() {
        List<String> wrong = new ArrayList<>();
        try {
            await("", () -> {
                wrong.clear();
                Map<String, long[]> accounts = accounts();
                forEachPair((from, to) -> {
                    long[] out = accounts.get(from.uid() + " " + to.uid());
                    long[] in = accounts.get(to.uid() + " " + from.uid());
                    if (out == null || in == null || !balance(out, in)) {
                        wrong.add(from.number + " to " + to.number
                                + " written, received, mayBeLost, waiting, unreadable: " + Arrays.toString(out) + ", "
                                + Arrays.toString(in));
                    }
                });
                return wrong.isEmpty();
            });
        } catch (AssertionError e) {
            throw new AssertionError("accounts: " + wrong + this, e);
        }
    }

    private static boolean balance(long[] out, long[] in) {
        long written = out[0];
        long received = in[1];
        long mayBeLost = out[2];
        long waiting = out[3];
        long unreadable = in[4];
        return received <= written && written <= received + mayBeLost && waiting == 0 && unreadable == 0;
    }

    /** Each reaches the members of a group at all. */
    private void awaitGroup() {
        await("a group that has one member at each node", () -> {
            String inquiry = String.valueOf(++inquiries);
            alive().forEach(node -> node.command("group " + inquiry));
            await(
                    "answers of a group",
                    () -> alive().stream()
                            .noneMatch(node -> node.answers("group " + inquiry).isEmpty()));
            Set<Set<String>> present = new HashSet<>();
            for (NodeProcess node : alive()) {
                String list = node.answers("group " + inquiry).get(0)[2];
                present.add(Set.of(list.substring(1, list.length() - 1).split(",")));
            }
            return present.equals(Set.of(uids()));
        });
    }

    /** What lives on each node's heap, and in its direct buffers, KiB; by process. */
    Map<NodeProcess, long[]> memory() {
        String inquiry = String.valueOf(++inquiries);
        alive().forEach(node -> node.command("memory " + inquiry));
        await(
                "memory",
                () -> alive().stream()
                        .noneMatch(node -> node.answers("memory " + inquiry).isEmpty()));
        Map<NodeProcess, long[]> memory = new HashMap<>();
        for (NodeProcess node : alive()) {
            String[] line = node.answers("memory " + inquiry).get(0);
            memory.put(node, new long[] {Long.parseLong(line[2]), Long.parseLong(line[3]), Long.parseLong(line[4])});
        }
        return memory;
    }

    @Override
    public void close() {
        nodes.values().forEach(NodeProcess::close);
        lab.close();
    }

    @Override
    public String toString() {
        return "\n" + lab + alive();
    }
}
