package io.bastion.cluster.security;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * Mutual TLS: each end shows a certificate, and the host that it says it has must be among that certificate's subject alternative
 * names.
 *
 * @param dialler for the end that dials
 * @param acceptor for the other; must require a certificate of the dialler
 */
public record LinkTls(SslContext dialler, SslContext acceptor) {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /**
     * From PEM files.
     *
     * @param certificates this node's certificate, and those between it and the root
     * @param key its private key, PKCS #8 without a password
     * @param trusted the certificates that those of others must go back to
     * @throws IllegalArgumentException if that is not what is there
     */
    public static LinkTls ofPem(Path certificates, Path key, Path trusted) {
        try {
            return new LinkTls(
                    SslContextBuilder.forClient()
                            .keyManager(certificates.toFile(), key.toFile())
                            .trustManager(trusted.toFile())
                            .protocols(PROTOCOLS)
                            .build(),
                    SslContextBuilder.forServer(certificates.toFile(), key.toFile())
                            .trustManager(trusted.toFile())
                            .clientAuth(ClientAuth.REQUIRE)
                            .protocols(PROTOCOLS)
                            .build());
        } catch (SSLException e) {
            throw new IllegalArgumentException("tls: " + e.getMessage() + " (expected: PEM files)", e);
        }
    }

    /**
     * From key stores.
     *
     * @param keys with this node's private key and certificates
     * @param password of the key
     * @param trusted the certificates that those of others must go back to
     * @throws IllegalArgumentException if that is not what is there
     */
    public static LinkTls ofKeyStores(KeyStore keys, char[] password, KeyStore trusted) {
        try {
            KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, password);
            TrustManagerFactory others = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            others.init(trusted);
            return new LinkTls(
                    SslContextBuilder.forClient()
                            .keyManager(own)
                            .trustManager(others)
                            .protocols(PROTOCOLS)
                            .build(),
                    SslContextBuilder.forServer(own)
                            .trustManager(others)
                            .clientAuth(ClientAuth.REQUIRE)
                            .protocols(PROTOCOLS)
                            .build());
        } catch (GeneralSecurityException | SSLException e) {
            throw new IllegalArgumentException("tls: " + e.getMessage() + " (expected: key stores)", e);
        }
    }
}
