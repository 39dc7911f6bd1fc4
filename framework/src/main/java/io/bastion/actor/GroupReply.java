package io.bastion.actor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The reference for the reply to a request whose member is still to be chosen, which takes the request to choose by: becomes
 * that of the ask.
 */
final class GroupReply<R> implements OneShotRef<R> {
    private final NoGroup group;

    /** Written before the request is sent. */
    private volatile @Nullable ActorRef<R> ask;

    GroupReply(NoGroup group) {
        this.group = group;
    }

    void become(ActorRef<R> ask) {
        this.ask = ask;
    }

    @Override
    public TellResult tell(R message) {
        Objects.requireNonNull(message, "message: null (expected: a message)");
        ActorRef<R> a = ask;
        if (a == null) {
            group.system().publish(new DeadLetter(message, this, ActorCell.sender(), DeadLetter.Reason.LATE_REPLY));
            return TellResult.TERMINATED;
        }
        return a.tell(message);
    }

    @Override
    public String path() {
        ActorRef<R> a = ask;
        return a == null ? group.path() + "/reply" : a.path();
    }

    @Override
    public String toString() {
        return path();
    }
}
