package io.bastion.examples;

import io.bastion.io.Backend;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What the showcase is told on the command line.
 *
 * @param root the directory
 * @param backend how files are read; the best that works here if nothing is said
 * @param nodes on how many processes
 */
record ShowcaseOptions(Path root, Optional<Backend> backend, int nodes) {
    private static final String IO = "--io=";
    private static final String NODES = "--nodes";
    private static final int MOST_NODES = 16;

    /** An argument is not as expected. */
    static final class BadArgumentException extends Exception {
        private static final long serialVersionUID = 1L;

        BadArgumentException(String message) {
            super(message);
        }
    }

    static ShowcaseOptions of(String... args) throws BadArgumentException {
        Optional<Backend> backend = Optional.empty();
        int nodes = 1;
        Deque<String> rest = new ArrayDeque<>(List.of(args));
        while (!rest.isEmpty() && rest.element().startsWith("--")) {
            String option = rest.remove();
            if (option.startsWith(IO)) {
                backend = backend(option.substring(IO.length()));
            } else if (option.startsWith(NODES + "=")) {
                nodes = nodes(option.substring(NODES.length() + 1));
            } else if (option.equals(NODES)) {
                nodes = nodes(rest.isEmpty() ? "" : rest.remove());
            } else {
                throw new BadArgumentException(option + " (expected: --io, --nodes, or a directory)");
            }
        }
        if (rest.size() > 1) {
            throw new BadArgumentException("arguments: " + rest.size() + " (expected: at most one, a directory)");
        }
        return new ShowcaseOptions(
                directory(rest.isEmpty() ? System.getProperty("java.home") : rest.remove()), backend, nodes);
    }

    private static Optional<Backend> backend(String wanted) throws BadArgumentException {
        Optional<Backend> backend = Arrays.stream(Backend.values())
                .filter(known -> known.toString().equals(wanted))
                .findFirst();
        if (backend.isEmpty() && !wanted.equals("auto")) {
            throw new BadArgumentException(IO + wanted + " (expected: auto, io_uring or nio)");
        }
        return backend;
    }

    private static int nodes(String wanted) throws BadArgumentException {
        if (wanted.matches("\\d{1,2}")) {
            int nodes = Integer.parseInt(wanted);
            if (nodes >= 1 && nodes <= MOST_NODES) {
                return nodes;
            }
        }
        throw new BadArgumentException(NODES + "=" + wanted + " (expected: 1 to " + MOST_NODES + ")");
    }

    private static Path directory(String wanted) throws BadArgumentException {
        String expected = expectedOf(wanted);
        if (!expected.isEmpty()) {
            throw new BadArgumentException("directory: \"" + wanted + "\" (expected: " + expected + ")");
        }
        return Path.of(wanted);
    }

    /** What was expected of the argument, if it is not that. */
    private static String expectedOf(String directory) {
        Path path;
        try {
            path = Path.of(directory);
        } catch (InvalidPathException e) {
            return "a path";
        }
        if (directory.isBlank() || !Files.exists(path)) {
            return "a directory that exists";
        }
        if (!Files.isDirectory(path)) {
            return "a directory, not a file";
        }
        return Files.isReadable(path) && Files.isExecutable(path) ? "" : "a directory that may be read";
    }
}
