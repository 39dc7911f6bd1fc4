package io.bastion.cluster.process;

import io.bastion.testkit.Await;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A {@link HistoryNode} in a JVM of its own, at a place in a network, and what it has written. Thread-safe. */
final class NodeProcess implements AutoCloseable {
    private static final int LOG = 300;

    final int number;
    private final NetworkLab lab;
    private final HistoryChecker checker;
    private final HistoryChecker.Node seen;
    private final Process process;
    private final Thread reader;
    private final Queue<String> log = new ArrayDeque<>();

    /** What tests wait for. */
    private final List<String> uids = new ArrayList<>();

    private final Set<String> view = new HashSet<>();
    private final Set<String> removed = new HashSet<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, List<String[]>> answers = new HashMap<>();

    private int stalls;

    /** Starts one; see {@link #started}. */
    NodeProcess(NetworkLab lab, int number, HistoryChecker checker, ClockJump clock) {
        this.lab = lab;
        this.number = number;
        this.checker = checker;
        seen = checker.node("node " + number);
        List<String> program = new ArrayList<>(List.of(
                new File(System.getProperty("java.home"), "bin/java").getPath(),
                "-Xmx192m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dlogback.configurationFile=logback-history.xml",
                "-cp",
                System.getProperty("java.class.path"),
                HistoryNode.class.getName()));
        program.addAll(lab.settings(number));
        try {
            ProcessBuilder builder = new ProcessBuilder(lab.command(number, program)).redirectErrorStream(true);
            builder.environment().putAll(clock.environment());
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reader = new Thread(this::read, "history-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("@")) {
                    String[] fields = line.substring(1).trim().split(" ");
                    checker.accept(seen, fields);
                    add(fields);
                } else {
                    log(line);
                }
            }
        } catch (IOException e) {
            log(e.toString());
        }
    }

    private synchronized void log(String line) {
        log.add(line);
        if (log.size() > LOG) {
            log.remove();
        }
    }

    private synchronized void add(String[] line) {
        switch (line[0]) {
            case "listens" -> lab.started(number, Integer.parseInt(line[1]));
            case "self" -> uids.add(line[1]);
            case "rejoined" -> uids.add(line[2]);
            case "up" -> view.add(line[1]);
            case "removed" -> {
                view.remove(line[1]);
                if (!line[2].equals("REJOINING")) {
                    removed.add(line[1]);
                }
            }
            case "stalled" -> stalls++;
            case "got" -> counts.merge(line[1] + " " + line[2], 1, Integer::sum);
            case "account" ->
                answers.computeIfAbsent("account " + line[1], key -> new ArrayList<>())
                        .add(line);
            case "accounts", "group", "memory" -> answers.put(line[0] + " " + line[1], List.<String[]>of(line));
            default -> {}
        }
        if (!Set.of("stalled", "got", "sent", "asked", "answered", "back", "account")
                .contains(line[0])) {
            log(String.join(" ", line));
        }
    }

    /** Its incarnations, the current one last. */
    synchronized List<String> uids() {
        return List.copyOf(uids);
    }

    /** Its current incarnation; empty while there is none yet. */
    synchronized String uid() {
        return uids.isEmpty() ? "" : uids.get(uids.size() - 1);
    }

    /** Waits until it takes part. */
    NodeProcess started() {
        Await.until(() -> "a node has started: " + this, () -> !uid().isEmpty());
        return this;
    }

    /** The members that it has by what it was told. */
    synchronized Set<String> view() {
        return Set.copyOf(view);
    }

    synchronized boolean hasRemoved(String uid) {
        return removed.contains(uid);
    }

    /** All that it has seen die. */
    synchronized Set<String> removals() {
        return Set.copyOf(removed);
    }

    /** How often its threads did not get to run for a while. */
    synchronized int stalls() {
        return stalls;
    }

    /** How many numbers it has got from one incarnation to another. */
    synchronized int received(String from, String to) {
        return counts.getOrDefault(from + " " + to, 0);
    }

    /** What it has answered to a command, under a number. */
    synchronized List<String[]> answers(String command) {
        return List.copyOf(answers.getOrDefault(command, List.of()));
    }

    void command(String command) {
        try {
            process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(this.toString(), e);
        }
    }

    /** Stops it where it is, as {@code kill -STOP}. */
    void freeze() {
        signal("STOP");
    }

    void thaw() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            int exit = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new AssertionError("kill -" + signal + ": exit code " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Kills it, also if it is frozen, and waits until all that it had written is read. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(Await.BOUND.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still alive: " + process);
            }
            reader.join(Await.BOUND.toMillis());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        checker.killed(seen);
    }

    /** What it has written last of all but messages. */
    @Override
    public synchronized String toString() {
        return "\nnode " + number + ", process " + process.pid() + "\n" + String.join("\n", log);
    }
}
