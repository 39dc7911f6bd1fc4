package io.bastion.io;

/** The kernel's numbers: those of io_uring are stable ABI, and Netty keeps its own table of them to itself. */
final class Opcode {
    static final byte READV = 1;
    static final byte WRITEV = 2;
    static final byte FSYNC = 3;
    static final byte ASYNC_CANCEL = 14;
    static final byte FALLOCATE = 17;
    static final byte OPENAT = 18;
    static final byte CLOSE = 19;
    static final byte STATX = 21;
    static final byte READ = 22;
    static final byte WRITE = 23;

    /** Since Linux 6.9. */
    static final byte FTRUNCATE = 55;

    static final int FSYNC_DATASYNC = 1;
    static final int AT_FDCWD = -100;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int STATX_BASIC_STATS = 0x7ff;

    private Opcode() {}
}
