package io.bastion.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testkit.Await;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Three processes that send each other numbers, and what they have seen after one of them was killed or stood still: see
 * {@link #checkHistories()} for what must hold of every history.
 */
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "no SIGSTOP")
class ClusterProcessTest {
    private final List<NodeProcess> nodes = new ArrayList<>();

    @AfterEach
    void end() {
        nodes.forEach(NodeProcess::close);
    }

    private NodeProcess start(int port, String... seeds) {
        NodeProcess node = new NodeProcess(port, seeds);
        nodes.add(node);
        return node;
    }

    private void startThree() {
        String seed = start(0).started().address();
        start(0, seed);
        start(0, seed);
        awaitOneView(nodes);
    }

    /** Three times as long as usual: JVMs start, and the machine may have other work. */
    private void await(String what, BooleanSupplier condition) {
        for (int left = 2; ; left--) {
            try {
                Await.until(() -> what + ": " + nodes, condition);
                return;
            } catch (AssertionError e) {
                if (left == 0) {
                    throw e;
                }
            }
        }
    }

    /** All have the same members, which are these, and numbers arrive from each at each. */
    private void awaitOneView(List<NodeProcess> alive) {
        await("one view", () -> {
            Set<String> uids = new HashSet<>();
            alive.forEach(node -> uids.add(node.uid()));
            return alive.stream().allMatch(node -> node.view().equals(uids));
        });
        await(
                "numbers from all to all",
                () -> alive.stream()
                        .allMatch(from ->
                                alive.stream().allMatch(to -> from == to || to.hasReceived(from.uid(), to.uid()))));
    }

    @Test
    void process_isKilled_survivorsGoOnAndItComesBackAsAnother() {
        startThree();
        NodeProcess killed = nodes.get(0); // the one that the others know as seed
        List<NodeProcess> survivors = List.of(nodes.get(1), nodes.get(2));
        String dead = killed.uid();

        killed.close();
        await("it is removed", () -> survivors.stream().allMatch(node -> node.hasRemoved(dead)));
        awaitOneView(survivors);
        NodeProcess again = start(killed.port(), survivors.get(0).address()).started();
        awaitOneView(List.of(again, survivors.get(0), survivors.get(1)));

        assertThat(again.uid()).isNotEqualTo(dead);
        nodes.forEach(NodeProcess::close);
        checkHistories();
        survivors.forEach(node -> checkLoss(node, dead));
    }

    @Test
    void process_standsStill_isRemovedAndJoinsAsAnother() {
        startThree();
        NodeProcess frozen = nodes.get(2);
        List<NodeProcess> survivors = List.of(nodes.get(0), nodes.get(1));
        String before = frozen.uid();

        frozen.freeze();
        await("it is removed", () -> survivors.stream().allMatch(node -> node.hasRemoved(before)));
        awaitOneView(survivors);
        assertThat(frozen.uids()).containsExactly(before);
        frozen.thaw();
        await("it has joined anew", () -> !frozen.uid().equals(before));
        awaitOneView(nodes);

        nodes.forEach(NodeProcess::close);
        checkHistories();
        survivors.forEach(node -> checkLoss(node, before));
        survivors.forEach(node -> checkLoss(frozen, node.uid()));
    }

    /** A watcher of an actor at a lost node has heard of that, and what is sent to it is refused after that. */
    private static void checkLoss(NodeProcess node, String lost) {
        List<String[]> told = node.history("terminated").stream()
                .filter(line -> line[2].equals(lost))
                .toList();
        assertThat(told).as("told of the loss of %s: %s", lost, node).isNotEmpty();
        String refused = told.get(0)[3];
        List<String[]> sent = node.history("sent").stream()
                .filter(line -> line[2].equals(lost) && line[3].equals(refused))
                .toList();
        assertThat(sent.get(sent.size() - 1)[5]).isEqualTo("TERMINATED");
    }

    private void checkHistories() {
        nodes.forEach(ClusterProcessTest::checkHistory);
        checkUnbrokenStreams();
    }

    private static void checkHistory(NodeProcess node) {
        Set<String> members = new HashSet<>();
        Set<String> dead = new HashSet<>();
        Map<String, Integer> lastOfStream = new HashMap<>();
        Set<String> watched = new HashSet<>();
        Set<String> told = new HashSet<>();
        for (String[] line : node.history()) {
            switch (line[0]) {
                case "up" -> {
                    check(members.add(line[1]), "comes once", line, node);
                    check(!dead.contains(line[1]), "nobody comes back", line, node);
                }
                case "removed" -> {
                    check(members.remove(line[1]), "goes once", line, node);
                    if (line[2].equals("DEAD")) {
                        dead.add(line[1]);
                    }
                }
                case "rejoined" -> {
                    check(members.isEmpty(), "begins with nothing", line, node);
                    dead.add(line[1]);
                }
                case "got" -> {
                    check(!dead.contains(line[1]), "nothing comes from the dead", line, node);
                    check(!dead.contains(line[2]), "nothing comes to the dead", line, node);
                    int n = Integer.parseInt(line[4]);
                    Integer before = lastOfStream.put(stream(line), n);
                    check(n > (before == null ? 0 : before), "at most once and in order", line, node);
                }
                case "watches" -> watched.add(stream(line));
                case "terminated" -> {
                    check(told.add(stream(line)), "told once", line, node);
                    check(line[4].equals("NodeLost"), "told why", line, node);
                }
                default -> {}
            }
        }
        watched.removeIf(stream -> {
            String[] incarnations = stream.split(" ");
            return !dead.contains(incarnations[0]) && !dead.contains(incarnations[1]);
        });
        assertThat(told).as("told of each loss, and of nothing else: %s", node).isEqualTo(watched);
    }

    private static void check(boolean condition, String what, String[] line, NodeProcess node) {
        if (!condition) {
            throw new AssertionError(what + ": " + String.join(" ", line) + node);
        }
    }

    private static String stream(String[] line) {
        return line[1] + " " + line[2] + " " + line[3];
    }

    /** Of two nodes that always were reachable to each other one has got all that the other sent, but for what was under way at the end. */
    private void checkUnbrokenStreams() {
        Set<String> broken = new HashSet<>();
        for (NodeProcess node : nodes) {
            node.history("unreachable").forEach(line -> broken.add(line[1]));
            node.history("removed").forEach(line -> broken.add(line[1]));
        }
        Map<String, List<Integer>> accepted = new HashMap<>();
        Map<String, List<Integer>> got = new HashMap<>();
        for (NodeProcess node : nodes) {
            node.history("sent").stream()
                    .filter(line -> line[5].equals("ACCEPTED"))
                    .forEach(line -> add(accepted, line));
            node.history("got").forEach(line -> add(got, line));
        }
        got.forEach((stream, numbers) -> {
            String[] fields = stream.split(" ");
            List<Integer> sent = accepted.getOrDefault(stream, List.of());
            if (!broken.contains(fields[0]) && !broken.contains(fields[1])) {
                // the sender may have been killed between the sending and the writing of its last
                assertThat(numbers.subList(0, Math.min(numbers.size(), sent.size())))
                        .as("nothing lost of %s", stream)
                        .isEqualTo(sent.subList(0, Math.min(numbers.size(), sent.size())));
            } else {
                assertThat(sent.size()).as("nothing invented: %s", stream).isGreaterThanOrEqualTo(numbers.size() - 1);
            }
        });
    }

    private static void add(Map<String, List<Integer>> streams, String[] line) {
        streams.computeIfAbsent(stream(line), s -> new ArrayList<>()).add(Integer.parseInt(line[4]));
    }
}
