package io.bastion.cluster.process;

import io.bastion.testkit.Await;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A {@link HistoryNode} in a JVM of its own, and what it has written. Thread-safe. */
final class NodeProcess implements AutoCloseable {
    private final Process process;
    private final Thread reader;
    private final List<String[]> history = new ArrayList<>();
    private final List<String> log = new ArrayList<>();

    /** What tests wait for. */
    private final List<String> uids = new ArrayList<>();

    private final Set<String> view = new HashSet<>();
    private final Set<String> removed = new HashSet<>();
    private final Set<String> received = new HashSet<>();
    private int port;

    /** Starts one; see {@link #started}. */
    NodeProcess(int port, String... seeds) {
        List<String> command = new ArrayList<>(List.of(
                new File(System.getProperty("java.home"), "bin/java").getPath(),
                "-Xmx192m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                HistoryNode.class.getName(),
                String.valueOf(port)));
        command.addAll(List.of(seeds));
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
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
                synchronized (this) {
                    if (line.startsWith("@")) {
                        add(line.substring(1).trim().split(" "));
                    } else {
                        log.add(line);
                    }
                }
            }
        } catch (IOException e) {
            synchronized (this) {
                log.add(e.toString());
            }
        }
    }

    private void add(String[] line) {
        history.add(line);
        switch (line[0]) {
            case "self" -> {
                port = Integer.parseInt(line[2]);
                uids.add(line[1]);
            }
            case "rejoined" -> uids.add(line[2]);
            case "up" -> view.add(line[1]);
            case "removed" -> {
                view.remove(line[1]);
                removed.add(line[1]);
            }
            case "got" -> received.add(line[1] + " " + line[2]);
            default -> {}
        }
    }

    /** What it has written by now, line by line, each in its fields. */
    synchronized List<String[]> history() {
        return List.copyOf(history);
    }

    /** The lines of one kind. */
    List<String[]> history(String kind) {
        return history().stream().filter(line -> line[0].equals(kind)).toList();
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

    synchronized int port() {
        return port;
    }

    String address() {
        return "127.0.0.1:" + port();
    }

    /** The members that it has by what it was told. */
    synchronized Set<String> view() {
        return Set.copyOf(view);
    }

    synchronized boolean hasRemoved(String uid) {
        return removed.contains(uid);
    }

    /** Whether it has got a number from one incarnation to another. */
    synchronized boolean hasReceived(String from, String to) {
        return received.contains(from + " " + to);
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
    }

    /** Its incarnations and log, and of its history what concerns members. */
    @Override
    public synchronized String toString() {
        StringBuilder text = new StringBuilder("\nprocess " + process.pid() + "\n");
        for (String[] line : history) {
            if (!line[0].equals("got") && !line[0].equals("sent")) {
                text.append(String.join(" ", line)).append('\n');
            }
        }
        return text + String.join("\n", log);
    }
}
