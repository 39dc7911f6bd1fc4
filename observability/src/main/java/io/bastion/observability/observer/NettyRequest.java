package io.bastion.observability.observer;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.util.Optional;
import reactor.netty.http.server.HttpServerRequest;

/** A request to a server of Reactor Netty. */
record NettyRequest(HttpServerRequest request, QueryStringDecoder uri) implements ObserverRequest {
    static NettyRequest of(HttpServerRequest request) {
        return new NettyRequest(request, new QueryStringDecoder(request.uri()));
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        return uri.path();
    }

    @Override
    public String query() {
        return uri.rawQuery();
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.requestHeaders().get(name));
    }

    @Override
    public Optional<InetSocketAddress> remoteAddress() {
        return Optional.ofNullable(request.remoteAddress());
    }
}
