package io.bastion.io;

import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.OptionalInt;
import java.util.Set;

/** What the JDK's open options are to the kernel. */
final class OpenFlags {
    private static final int O_WRONLY = 1;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0x40;
    private static final int O_EXCL = 0x80;
    private static final int O_TRUNC = 0x200;
    private static final int O_APPEND = 0x400;
    private static final int O_DSYNC = 0x1000;
    private static final int O_SYNC = 0x101000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_DIRECT = System.getProperty("os.arch").equals("aarch64") ? 0x10000 : 0x4000;

    private OpenFlags() {}

    /** Refuses combinations that have no meaning, as the JDK does. */
    static Set<OpenOption> check(OpenOption... options) {
        Set<OpenOption> set = Set.of(options);
        if (set.contains(StandardOpenOption.APPEND)) {
            for (OpenOption other : new OpenOption[] {StandardOpenOption.READ, StandardOpenOption.TRUNCATE_EXISTING}) {
                if (set.contains(other)) {
                    throw new IllegalArgumentException("options: APPEND and " + other + " (expected: one of them)");
                }
            }
        }
        return set;
    }

    /** The flags of {@code open}; empty when there is an option that only the JDK knows how to treat. */
    static OptionalInt of(Set<OpenOption> options) {
        boolean append = options.contains(StandardOpenOption.APPEND);
        boolean write = append || options.contains(StandardOpenOption.WRITE);
        boolean read = !write || options.contains(StandardOpenOption.READ);
        int flags = O_CLOEXEC | (write ? read ? O_RDWR : O_WRONLY : 0) | (append ? O_APPEND : 0);
        for (OpenOption option : options) {
            if (option instanceof StandardOpenOption standard) {
                switch (standard) {
                    case READ, WRITE, APPEND, SPARSE -> {}
                    case TRUNCATE_EXISTING -> flags |= write ? O_TRUNC : 0;
                    case CREATE -> flags |= write ? O_CREAT : 0;
                    case CREATE_NEW -> flags |= write ? O_CREAT | O_EXCL : 0;
                    case SYNC -> flags |= O_SYNC;
                    case DSYNC -> flags |= O_DSYNC;
                    case DELETE_ON_CLOSE -> {
                        return OptionalInt.empty();
                    }
                }
            } else if (option instanceof Enum<?> constant && constant.name().equals("DIRECT")) {
                // com.sun.nio.file.ExtendedOpenOption, by name: its module need not be there.
                flags |= O_DIRECT;
            } else {
                return OptionalInt.empty();
            }
        }
        return OptionalInt.of(flags);
    }
}
