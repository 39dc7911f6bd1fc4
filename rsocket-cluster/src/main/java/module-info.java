/** Nodes linked by RSocket: actors elsewhere that are addressed like those here. */
module io.bastion.cluster {
    requires transitive io.bastion.framework;
    requires transitive static org.jspecify;
    requires transitive io.netty.buffer;
    requires transitive reactor.netty.core;
    requires transitive reactor.netty.http;
    requires transitive rsocket.core;
    requires transitive tools.jackson.databind;
    requires transitive tools.jackson.dataformat.cbor;
    requires com.fasterxml.jackson.annotation;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.transport;
    requires rsocket.transport.netty;
    requires org.slf4j;

    // The fast codec, for those who choose it.
    requires static org.apache.fory.core;

    exports io.bastion.cluster.codec;
    exports io.bastion.cluster.endpoint;
}
