package io.bastion.cluster.endpoint;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslContext;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.metadata.AuthMetadataCodec;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.MimeTypeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.ClientTransport;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import io.rsocket.util.ByteBufPayload;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.TcpClient;

/** Clients by rsocket-java. */
final class Client {
    private static final ByteBufAllocator ALLOCATOR = ByteBufAllocator.DEFAULT;

    private Client() {}

    static RSocket tcp(InetSocketAddress address, RSocketConnector connector) {
        return connect(TcpClientTransport.create(TcpClient.newConnection().remoteAddress(() -> address)), connector);
    }

    static RSocket webSocket(InetSocketAddress address, RSocketConnector connector) {
        HttpClient http = HttpClient.create(ConnectionProvider.newConnection()).remoteAddress(() -> address);
        return connect(WebsocketClientTransport.create(http, "/"), connector);
    }

    /** To {@code localhost}, whose certificate is checked. */
    static RSocket tls(boolean webSocket, int port, SslContext context, RSocketConnector connector) {
        InetSocketAddress address = new InetSocketAddress("localhost", port);
        return webSocket
                ? connect(
                        WebsocketClientTransport.create(
                                HttpClient.create(ConnectionProvider.newConnection())
                                        .remoteAddress(() -> address)
                                        .secure(tls -> tls.sslContext(context)),
                                "/"),
                        connector)
                : connect(
                        TcpClientTransport.create(TcpClient.newConnection()
                                .remoteAddress(() -> address)
                                .secure(tls -> tls.sslContext(context))),
                        connector);
    }

    private static RSocket connect(ClientTransport transport, RSocketConnector connector) {
        return Objects.requireNonNull(connector.connect(transport).block(Shop.TIMEOUT));
    }

    static RSocketConnector connector(String dataType) {
        return RSocketConnector.create()
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
                .dataMimeType(dataType);
    }

    static Payload request(String route, String data) {
        return request(metadata(route), data);
    }

    static Payload request(ByteBuf metadata, String data) {
        return ByteBufPayload.create(Unpooled.copiedBuffer(data, StandardCharsets.UTF_8), metadata);
    }

    static CompositeByteBuf metadata(String route) {
        return with(
                ALLOCATOR.compositeBuffer(),
                WellKnownMimeType.MESSAGE_RSOCKET_ROUTING,
                TaggingMetadataCodec.createTaggingContent(ALLOCATOR, List.of(route)));
    }

    static CompositeByteBuf with(CompositeByteBuf metadata, WellKnownMimeType type, ByteBuf content) {
        CompositeMetadataCodec.encodeAndAddMetadata(metadata, ALLOCATOR, type, content);
        return metadata;
    }

    static CompositeByteBuf with(CompositeByteBuf metadata, String type, String content) {
        CompositeMetadataCodec.encodeAndAddMetadata(
                metadata, ALLOCATOR, type, Unpooled.copiedBuffer(content, StandardCharsets.UTF_8));
        return metadata;
    }

    static ByteBuf mimeType(String type) {
        return MimeTypeMetadataCodec.encode(ALLOCATOR, type);
    }

    static ByteBuf acceptTypes(String... types) {
        return MimeTypeMetadataCodec.encode(ALLOCATOR, List.of(types));
    }

    static ByteBuf password(String user, String password) {
        return AuthMetadataCodec.encodeSimpleMetadata(ALLOCATOR, user.toCharArray(), password.toCharArray());
    }

    static ByteBuf bearer(String token) {
        return AuthMetadataCodec.encodeBearerMetadata(ALLOCATOR, token.toCharArray());
    }

    /** Releases it. */
    static String text(Payload payload) {
        try {
            return payload.getDataUtf8();
        } finally {
            payload.release();
        }
    }
}
