package io.bastion.examples.twins;

import io.bastion.actor.ActorRef;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Those who follow a device. They outlive the incarnations of its actor, as its watches do; used on the actor's worker only.
 *
 * <p>A follower is an actor with a mailbox for one message, the newest: however slow its client is, nothing piles up.
 */
final class Followers {
    private final Set<ActorRef<Twin>> followers = new LinkedHashSet<>();

    void add(ActorRef<Twin> follower) {
        followers.add(follower);
    }

    void remove(ActorRef<?> follower) {
        followers.remove(follower);
    }

    boolean isEmpty() {
        return followers.isEmpty();
    }

    void tell(Twin twin) {
        followers.forEach(follower -> follower.tell(twin));
    }
}
