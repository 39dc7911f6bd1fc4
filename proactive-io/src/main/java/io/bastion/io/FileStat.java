package io.bastion.io;

import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * What the file system knows of a file.
 *
 * @param size in bytes
 * @param modified when its content last changed
 * @param kind what it is
 */
public record FileStat(long size, Instant modified, Kind kind) {
    /** What a file is. */
    public enum Kind {
        REGULAR,
        DIRECTORY,
        SYMBOLIC_LINK,
        OTHER
    }

    static FileStat of(BasicFileAttributes attributes, long size) {
        Kind kind = attributes.isRegularFile()
                ? Kind.REGULAR
                : attributes.isDirectory()
                        ? Kind.DIRECTORY
                        : attributes.isSymbolicLink() ? Kind.SYMBOLIC_LINK : Kind.OTHER;
        return new FileStat(size, attributes.lastModifiedTime().toInstant(), kind);
    }
}
