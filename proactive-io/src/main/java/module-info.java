/** Proactive I/O: files and sockets without blocking, for actors and for any Reactor program. */
module io.bastion.io {
    requires transitive io.bastion.framework;
    requires transitive static org.jspecify;
    requires transitive io.netty.buffer;
    requires transitive io.netty.transport;
    requires transitive reactor.netty.core;
    requires io.netty.common;
    requires io.netty.resolver;
    requires io.netty.resolver.dns;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.io_uring;
    requires io.netty.transport.unix.common;
    requires org.slf4j;

    // Spring's buffers, for those who use them.
    requires static spring.core;

    exports io.bastion.io;
}
