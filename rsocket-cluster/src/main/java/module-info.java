/** Nodes linked by RSocket: actors elsewhere that are addressed like those here. */
module io.bastion.cluster {
    requires transitive io.bastion.framework;
    requires transitive static org.jspecify;
    requires transitive io.netty.buffer;
    requires transitive tools.jackson.dataformat.cbor;
    requires com.fasterxml.jackson.annotation;
    requires io.netty.codec;
    requires io.netty.common;
    requires io.netty.handler;
    requires static io.netty.pkitesting;
    requires io.netty.resolver;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires reactor.netty.core;
    requires rsocket.core;
    requires rsocket.transport.netty;
    requires org.slf4j;

    // The fast codec, for those who choose it.
    requires static org.apache.fory.core;

    exports io.bastion.cluster.codec;
}
