package io.bastion.cluster.link;

import io.bastion.cluster.link.LinkRejectedException.Code;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslHandler;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.metadata.AuthMetadataCodec;
import io.rsocket.metadata.WellKnownAuthType;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import reactor.netty.Connection;

/** Shows and checks what nodes prove that they are who they say. */
final class LinkCredentials {
    static final String MIME_TYPE = "message/x.rsocket.authentication.v0";

    private final LinkSecurity security;

    LinkCredentials(LinkSecurity security) {
        this.security = security;
    }

    /** The metadata of a SETUP. */
    ByteBuf token(ByteBufAllocator allocator) {
        LinkToken token = security.token();
        return token == null
                ? Unpooled.EMPTY_BUFFER
                : AuthMetadataCodec.encodeBearerMetadata(allocator, token.secret());
    }

    /** Checks the SETUP of one who dials. */
    void check(ConnectionSetupPayload setup, Hello hello, Connection connection) throws LinkRejectedException {
        checkHost(hello, connection);
        LinkToken token = security.token();
        if (token != null && !token.matches(bearerToken(setup))) {
            throw new LinkRejectedException(Code.UNAUTHENTICATED, "the token is wrong or missing");
        }
    }

    private static char[] bearerToken(ConnectionSetupPayload setup) {
        if (!setup.metadataMimeType().equals(MIME_TYPE) || !setup.hasMetadata()) {
            return new char[0];
        }
        ByteBuf metadata = setup.sliceMetadata();
        try {
            if (AuthMetadataCodec.isWellKnownAuthType(metadata)
                    && AuthMetadataCodec.readWellKnownAuthType(metadata) == WellKnownAuthType.BEARER) {
                return AuthMetadataCodec.readBearerTokenAsCharArray(metadata);
            }
        } catch (RuntimeException e) {
            // whatever that was, it is no token
        }
        return new char[0];
    }

    /** Checks that the certificate of the other end is one of the host that it says it has. */
    void checkHost(Hello hello, Connection connection) throws LinkRejectedException {
        if (security.tls() == null) {
            return;
        }
        SslHandler handler = connection.channel().pipeline().get(SslHandler.class);
        String host = hello.source().host();
        try {
            Certificate[] chain = handler == null
                    ? new Certificate[0]
                    : handler.engine().getSession().getPeerCertificates();
            if (chain.length > 0 && chain[0] instanceof X509Certificate own && LinkTls.isOf(host, own)) {
                return;
            }
        } catch (SSLPeerUnverifiedException e) {
            throw new LinkRejectedException(Code.UNAUTHENTICATED, "there is no certificate");
        }
        throw new LinkRejectedException(Code.UNAUTHENTICATED, "the certificate is not one of " + host);
    }
}
