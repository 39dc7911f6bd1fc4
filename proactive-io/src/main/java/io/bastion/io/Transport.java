package io.bastion.io;

/** What carries the sockets of a {@link Proactor}. */
public enum Transport {
    /** Linux's readiness queue, through Netty's native library; the default where it works. */
    EPOLL("epoll"),

    /** The JDK's selectors; everywhere, and the default elsewhere. */
    NIO("nio"),

    /** The kernel's rings, through Netty's native library; only by choice. */
    IO_URING("io_uring");

    /** The system property that chooses a transport: {@code auto} (the default), {@code epoll}, {@code nio} or {@code io_uring}. */
    public static final String PROPERTY = "bastion.io.transport";

    private final String label;

    Transport(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
