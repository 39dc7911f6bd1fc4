package io.bastion.cluster.security;

import org.jspecify.annotations.Nullable;

/**
 * Who may be linked with this node.
 *
 * @param tls null for plain TCP
 * @param token null if none is asked for
 * @param plainAllowed whether plain TCP may leave this machine
 */
public record LinkSecurity(@Nullable LinkTls tls, @Nullable LinkToken token, boolean plainAllowed) {
    /** Plain TCP on this machine, without a token. */
    public static LinkSecurity loopback() {
        return new LinkSecurity(null, null, false);
    }

    /** Mutual TLS. */
    public static LinkSecurity mutual(LinkTls tls) {
        return new LinkSecurity(tls, null, false);
    }

    /** The same, and a token too. */
    public LinkSecurity withToken(LinkToken token) {
        return new LinkSecurity(tls, token, plainAllowed);
    }

    /** The same, but plain TCP may leave this machine: for a network that nobody else can reach. */
    public LinkSecurity allowPlain() {
        return new LinkSecurity(tls, token, true);
    }
}
