package io.bastion.io;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An operation on a file that failed: which one, on which file, and why; the same on every backend. */
public final class IoFault extends IOException {
    private static final long serialVersionUID = 1L;

    private final String operation;
    private final int errno;
    private final transient @Nullable Path path;

    private IoFault(String operation, @Nullable Path path, int errno, String why, @Nullable Throwable cause) {
        super(operation + (path == null ? "" : " " + path) + ": " + why, cause);
        this.operation = operation;
        this.path = path;
        this.errno = errno;
    }

    static IoFault of(String operation, @Nullable Path path, Errno errno) {
        return of(operation, path, errno, errno.text);
    }

    static IoFault of(String operation, @Nullable Path path, Errno errno, String why) {
        return new IoFault(operation, path, errno.number, errno + " (" + why + ")", null);
    }

    /** From a number of the kernel. */
    static IoFault of(String operation, @Nullable Path path, int number) {
        Errno errno = Errno.of(number);
        return errno == null
                ? new IoFault(operation, path, number, "errno " + number, null)
                : of(operation, path, errno);
    }

    static IoFault closed(String operation, Path path) {
        return of(operation, path, Errno.EBADF, "the file has been closed");
    }

    /** What an exception of the JDK means; an error of the JVM stays what it is. */
    static Throwable of(String operation, @Nullable Path path, Throwable thrown) {
        if (thrown instanceof IoFault || thrown instanceof Error) {
            return thrown;
        }
        if (thrown instanceof ClosedChannelException) {
            return path == null ? of(operation, null, Errno.EBADF) : closed(operation, path);
        }
        Errno errno = errnoOf(thrown);
        return errno == null
                ? new IoFault(operation, path, 0, thrown.toString(), thrown)
                : new IoFault(operation, path, errno.number, errno + " (" + errno.text + ")", thrown);
    }

    private static @Nullable Errno errnoOf(Throwable thrown) {
        if (thrown instanceof NoSuchFileException) {
            return Errno.ENOENT;
        } else if (thrown instanceof FileAlreadyExistsException) {
            return Errno.EEXIST;
        } else if (thrown instanceof DirectoryNotEmptyException) {
            return Errno.ENOTEMPTY;
        } else if (thrown instanceof AccessDeniedException) {
            return Errno.EACCES;
        } else if (thrown instanceof NotDirectoryException) {
            return Errno.ENOTDIR;
        } else if (thrown instanceof FileSystemLoopException) {
            return Errno.ELOOP;
        } else if (thrown instanceof NonReadableChannelException || thrown instanceof NonWritableChannelException) {
            return Errno.EBADF;
        } else if (thrown instanceof FileSystemException failure) {
            return Errno.of(failure.getReason());
        } else {
            return Errno.of(thrown.getMessage());
        }
    }

    /** The operation that failed, like {@code read}. */
    public String operation() {
        return operation;
    }

    /** The kernel's number of the error, as on Linux; 0 when it is none of the kernel's, and the cause says more. */
    public int errno() {
        return errno;
    }

    /** The name of the error, like {@code ENOSPC}; {@code UNKNOWN} when it has none here. */
    public String code() {
        Errno known = Errno.of(errno);
        return known == null ? "UNKNOWN" : known.name();
    }

    /** The file. */
    public Optional<Path> path() {
        return Optional.ofNullable(path);
    }
}
