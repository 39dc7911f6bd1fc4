package io.bastion.benchmarks.work;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file that file workloads read: blocks, each of which begins with its number. It is made when it is not there, and kept for
 * later runs; reading it once puts it into the page cache.
 *
 * @param path where it is
 * @param blocks how many it has
 */
public record DataFile(Path path, long blocks) {
    /** System property: the folder of the files that are read and written; it should not be in memory. */
    public static final String FOLDER_PROPERTY = "io.bastion.benchmarks.data";

    /** Bytes of a block. */
    public static final int BLOCK = 4 << 10;

    /** Bytes of a chunk that is read in a row. */
    public static final int CHUNK = 256 << 10;

    private static final int CHUNKS = 4_096;

    /** The file at a scale: 1 GiB at full scale. */
    public static DataFile of(Setup setup) {
        long chunks = setup.scaled(CHUNKS);
        DataFile file = new DataFile(folder().resolve("blocks-" + chunks + ".data"), chunks * (CHUNK / BLOCK));
        try {
            file.make();
            file.readOnce();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** The folder of the files: what the property says, or where the build puts its own. */
    public static Path folder() {
        String given = System.getProperty(FOLDER_PROPERTY);
        if (given != null) {
            return Path.of(given);
        }
        for (String usual : new String[] {"benchmarks/target", "target"}) {
            if (Files.isDirectory(Path.of(usual))) {
                return Path.of(usual);
            }
        }
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** Its length in bytes. */
    public long bytes() {
        return blocks * BLOCK;
    }

    private void make() throws IOException {
        if (Files.exists(path) && Files.size(path) == bytes()) {
            return;
        }
        try (FileChannel channel = FileChannel.open(path, CREATE, WRITE, TRUNCATE_EXISTING)) {
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
            for (long block = 0; block < blocks; ) {
                chunk.clear();
                for (int at = 0; at < CHUNK; at += BLOCK) {
                    chunk.putLong(at, block++);
                }
                while (chunk.hasRemaining()) {
                    channel.write(chunk);
                }
            }
            channel.force(true);
        }
    }

    private void readOnce() throws IOException {
        try (FileChannel channel = FileChannel.open(path, READ)) {
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
            while (channel.read(chunk.clear()) > 0) {
                // only to have it in the cache
            }
        }
    }
}
