package io.bastion.io;

/** What carries the operations of a {@link Proactor} to the kernel. */
public enum Backend {
    /** The kernel's submission and completion rings, through Netty; Linux only. */
    IO_URING("io_uring"),

    /** {@code FileChannel} on a bounded pool of threads; everywhere. */
    NIO("nio");

    /** The system property that chooses a backend: {@code auto} (the default), {@code io_uring} or {@code nio}. */
    public static final String PROPERTY = "bastion.io.backend";

    private final String label;

    Backend(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
