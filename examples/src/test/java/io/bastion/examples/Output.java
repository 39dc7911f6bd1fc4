package io.bastion.examples;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What a program prints. */
final class Output {
    private Output() {}

    /** May fail on its files. */
    @FunctionalInterface
    interface Program {
        void run() throws IOException;
    }

    /** Runs a program with the standard output caught, lines ended by a line feed. */
    static String of(Program program) {
        PrintStream standard = System.out;
        ByteArrayOutputStream caught = new ByteArrayOutputStream();
        System.setOut(new PrintStream(caught, true, StandardCharsets.UTF_8));
        try {
            program.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            System.setOut(standard);
        }
        return caught.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
}
