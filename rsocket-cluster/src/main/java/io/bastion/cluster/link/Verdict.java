package io.bastion.cluster.link;

/** What an end that is dialled says to who introduces himself. */
public sealed interface Verdict {
    /**
     * The link is wanted.
     *
     * @param answer how this end introduces itself
     */
    record Accepted(Hello answer) implements Verdict {}

    /**
     * The link is not wanted.
     *
     * @param code why
     * @param message in words
     */
    record Rejected(LinkRejectedException.Code code, String message) implements Verdict {}
}
