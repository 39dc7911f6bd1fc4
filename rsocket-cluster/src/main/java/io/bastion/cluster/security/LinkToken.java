package io.bastion.cluster.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A secret that all nodes of a cluster know. It does not go over the network: each end of a link signs what the other one has drawn. */
public final class LinkToken {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int LEAST = 16;

    private final SecretKey key;

    private LinkToken(SecretKey key) {
        this.key = key;
    }

    /**
     * A token.
     *
     * @throws IllegalArgumentException if it has less than 16 characters
     */
    public static LinkToken of(CharSequence secret) {
        if (secret.length() < LEAST) {
            throw new IllegalArgumentException(
                    "secret: " + secret.length() + " characters (expected: >= " + LEAST + ", drawn at random)");
        }
        return new LinkToken(new SecretKeySpec(secret.toString().getBytes(StandardCharsets.UTF_8), ALGORITHM));
    }

    /** The HMAC-SHA-256 of some parts, one behind the other, with this as its key. */
    public byte[] sign(byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + ": not there (expected: as in all JDKs)", e);
        }
    }

    @Override
    public String toString() {
        return "a token";
    }
}
