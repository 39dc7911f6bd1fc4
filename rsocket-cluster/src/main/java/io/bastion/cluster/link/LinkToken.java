package io.bastion.cluster.link;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A secret that all nodes of a cluster know. Compared in a time that does not depend on where a guess is wrong. */
public final class LinkToken {
    private final char[] secret;

    private LinkToken(char[] secret) {
        this.secret = secret;
    }

    /**
     * A token.
     *
     * @throws IllegalArgumentException if it has less than 16 characters
     */
    public static LinkToken of(CharSequence secret) {
        if (secret.length() < 16) {
            throw new IllegalArgumentException(
                    "secret: " + secret.length() + " characters (expected: >= 16, drawn at random)");
        }
        return new LinkToken(secret.toString().toCharArray());
    }

    char[] secret() {
        return secret.clone();
    }

    boolean matches(char[] guess) {
        return MessageDigest.isEqual(bytes(secret), bytes(guess));
    }

    private static byte[] bytes(char[] chars) {
        return new String(chars).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "a token";
    }
}
