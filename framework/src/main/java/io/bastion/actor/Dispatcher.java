package io.bastion.actor;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * The rule by which a group chooses the member that a message goes to. Implementations must be thread-safe: senders call it
 * concurrently, on their own threads, and it must not block.
 *
 * <p>What it throws, and an index that is none, makes the message a {@link DeadLetter} of the reason
 * {@link DeadLetter.Reason#UNDISPATCHED}, and fails an ask with {@link UndispatchedException}.
 *
 * @param <M> the messages that it looks at
 */
@FunctionalInterface
public interface Dispatcher<M> {
    /**
     * Chooses a member.
     *
     * @param message what it is chosen for
     * @param members the living members, at least one; never changes, and is the same object until a member joins or leaves
     * @return an index of the list
     */
    int choose(M message, List<? extends ActorRef<?>> members);

    /** One after another: of n messages in a row to n members each gets one, also when they have many senders. The default. */
    static <M> Dispatcher<M> roundRobin() {
        return new RoundRobin<>();
    }

    /** Any of them, each as likely. */
    static <M> Dispatcher<M> random() {
        return (message, members) -> ThreadLocalRandom.current().nextInt(members.size());
    }

    /**
     * One with nothing to do if there is one, else one with the fewest messages in its mailbox; in turn among equals. Looks at
     * every member for each message. Mailboxes of 256 and more messages are known to within 15.
     */
    static <M> Dispatcher<M> leastLoaded() {
        return new LeastLoaded<>();
    }

    /**
     * The same one for the same key, as long as it is there: when the number of members changes from n to n + 1, or back, about
     * one in n + 1 keys goes to another member. It depends on the keys and on the members' names only, so that it
     * outlives restarts, of the group and of the process: of the latter if keys are strings, or have the same
     * {@code hashCode} in every run.
     *
     * <p>Best not shared between groups, which would each undo the other's preparations.
     *
     * @param key the key of a message; never null
     */
    static <M> Dispatcher<M> consistentHash(Function<? super M, ?> key) {
        return new ConsistentHash<>(key);
    }
}
