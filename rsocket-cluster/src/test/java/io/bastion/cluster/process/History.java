package io.bastion.cluster.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What a process writes of what happens to it, each line at once. Thread-safe. */
final class History {
    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private History() {}

    static synchronized void write(Object... fields) {
        StringBuilder line = new StringBuilder("@");
        for (Object field : fields) {
            line.append(field).append(' ');
        }
        try {
            OUT.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
