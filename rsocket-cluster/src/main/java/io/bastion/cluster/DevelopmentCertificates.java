package io.bastion.cluster;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;

/**
 * Certificates to try a cluster out with: an authority that is made on the spot, and certificates of nodes by it. Needs the optional
 * {@code io.netty:netty-pkitesting}. Not for production: the authority's key is nowhere but in this object.
 */
public final class DevelopmentCertificates {
    /**
     * A node's PEM files.
     *
     * @param certificate the node's
     * @param key its private key, readable by its owner only
     * @param authority the certificate that all of these nodes trust
     */
    public record NodeFiles(Path certificate, Path key, Path authority) {}

    private final X509Bundle authority;

    private DevelopmentCertificates(X509Bundle authority) {
        this.authority = authority;
    }

    /**
     * A new authority.
     *
     * @throws IllegalStateException if {@code netty-pkitesting} is missing, or the JDK cannot make certificates
     */
    public static DevelopmentCertificates create() {
        try {
            return new DevelopmentCertificates(new CertificateBuilder()
                    .ecp256()
                    .subject("CN=Bastion development authority")
                    .setIsCertificateAuthority(true)
                    .setKeyUsage(true, KeyUsage.keyCertSign, KeyUsage.cRLSign)
                    .buildSelfSigned());
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException("netty-pkitesting: missing (expected: on the class path)", e);
        } catch (Exception e) {
            throw new IllegalStateException("an authority could not be made", e);
        }
    }

    /**
     * Makes a node's certificate, and writes it, its key and the authority's certificate.
     *
     * @param directory where to; made if it is not there
     * @param hosts names and addresses by which others reach the node; at least one
     * @throws IOException if they cannot be written, or some are there already
     */
    public NodeFiles node(Path directory, String... hosts) throws IOException {
        List<String> names = List.of(hosts);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("hosts: none (expected: at least one)");
        }
        X509Bundle node = issue(names);
        Files.createDirectories(directory);
        return new NodeFiles(
                write(directory.resolve("node.pem"), node.getCertificatePathPEM()),
                write(directory.resolve("node.key"), node.getPrivateKeyPEM()),
                write(directory.resolve("authority.pem"), authority.getCertificatePEM()));
    }

    private X509Bundle issue(List<String> hosts) {
        CertificateBuilder builder = new CertificateBuilder()
                .ecp256()
                .subject("CN=Bastion node")
                .setKeyUsage(true, KeyUsage.digitalSignature)
                .addExtendedKeyUsageServerAuth()
                .addExtendedKeyUsageClientAuth();
        for (String host : hosts) {
            if (NetUtil.createByteArrayFromIpAddressString(host) != null) {
                builder.addSanIpAddress(host);
            } else {
                builder.addSanDnsName(host);
            }
        }
        try {
            return builder.buildIssuedBy(authority);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate could not be made", e);
        } catch (Exception e) {
            throw new IllegalArgumentException("hosts: " + hosts + " (expected: names and addresses)", e);
        }
    }

    private static Path write(Path file, String pem) throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try (SeekableByteChannel channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
            ByteBuffer bytes = ByteBuffer.wrap(pem.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        return file;
    }
}
