package io.bastion.cluster.link;

/** What an end that is dialled says to who introduces himself. */
public sealed interface Verdict {
    /**
     * The link is wanted.
     *
     * @param answer how this end introduces itself
     * @param abandoned to be called if the connection ends before the dialler has confirmed
     */
    record Accepted(Hello answer, Runnable abandoned) implements Verdict {
        /** One whose end is of no interest. */
        public Accepted(Hello answer) {
            this(answer, () -> {});
        }
    }

    /**
     * The link is not wanted.
     *
     * @param code why
     * @param message in words
     */
    record Rejected(LinkRejectedException.Code code, String message) implements Verdict {}
}
