package io.bastion.cluster.link;

import io.bastion.cluster.link.LinkRejectedException.Code;
import io.bastion.cluster.security.LinkSecurity;
import io.bastion.cluster.security.LinkToken;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLPeerUnverifiedException;
import reactor.netty.Connection;

/** Shows and checks what nodes prove that they are who they say. Thread-safe. */
final class LinkCredentials {
    /** Bytes that an end draws for the other one to sign; and those of the signature. */
    static final int CHALLENGE = 32;

    static final int PROOF = 32;

    private static final byte[] NONE = {};
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final LinkSecurity security;
    private final SecureRandom random = new SecureRandom();

    LinkCredentials(LinkSecurity security) {
        this.security = security;
    }

    boolean hasToken() {
        return security.token() != null;
    }

    /** What the other end is to sign, never the same again; nothing if there is no token. */
    byte[] challenge() {
        if (!hasToken()) {
            return NONE;
        }
        byte[] challenge = new byte[CHALLENGE];
        random.nextBytes(challenge);
        return challenge;
    }

    /** Checks that who dials has drawn a challenge if and only if there is a token here. */
    void checkChallenge(byte[] challenge) throws LinkRejectedException {
        if (challenge.length != (hasToken() ? CHALLENGE : 0)) {
            throw new LinkRejectedException(
                    Code.UNAUTHENTICATED, hasToken() ? "a token is asked for" : "no token is known here");
        }
    }

    /**
     * Proves the token.
     *
     * @param dialler whether it is the end that dials that proves it: neither end's proof is one of the other
     * @param dialled what the dialler has drawn
     * @param accepted what the other end has drawn
     * @param introduction how the dialler has introduced itself, all of it
     */
    byte[] proof(boolean dialler, byte[] dialled, byte[] accepted, byte[] introduction) {
        LinkToken token = security.token();
        byte[] role = (dialler ? "bastion dialler" : "bastion acceptor").getBytes(StandardCharsets.US_ASCII);
        return token == null ? NONE : token.sign(role, dialled, accepted, introduction);
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
            if (chain.length > 0 && chain[0] instanceof X509Certificate own && isOf(host, own)) {
                return;
            }
        } catch (SSLPeerUnverifiedException e) {
            throw new LinkRejectedException(Code.UNAUTHENTICATED, "there is no certificate");
        }
        throw new LinkRejectedException(Code.UNAUTHENTICATED, "the certificate is not one of " + host);
    }

    private static boolean isOf(String host, X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null && names.stream().anyMatch(name -> matches(host, (Integer) name.get(0), name.get(1)));
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    /** Without wildcards: a node's certificate is its own. */
    private static boolean matches(String host, int type, Object name) {
        return (type == DNS_NAME || type == IP_ADDRESS)
                && host.toLowerCase(Locale.ROOT).equals(name.toString().toLowerCase(Locale.ROOT));
    }
}
