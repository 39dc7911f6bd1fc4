package io.bastion.cluster.membership;

import java.time.Duration;

/** For how long a node has been without a quorum that it had before, or needs to remove somebody. */
final class QuorumWatch {
    private final Duration timeout;
    private boolean hadQuorum;
    private long since = -1;

    QuorumWatch(Duration timeout, boolean hasQuorum) {
        this.timeout = timeout;
        hadQuorum = hasQuorum;
    }

    /** Whether it is for too long by now. */
    boolean isOver(View view, long now) {
        boolean stuck = !view.hasQuorum() && (hadQuorum || !view.dead().isEmpty());
        hadQuorum |= view.hasQuorum();
        if (!stuck) {
            since = -1;
        } else if (since < 0) {
            since = Math.max(0, now);
        }
        return stuck && now - since > timeout.toNanos();
    }
}
