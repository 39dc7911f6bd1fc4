package io.bastion.actor;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** The members of a group that is there, as its distributors see them. Thread-safe; reading takes no lock. */
final class LivingGroup {
    private final ActorCell<?> cell;
    private final Dispatcher<Object> dispatcher;

    /** The members as a set; guarded by itself, as are changes of the list. */
    private final Set<ActorCell<?>> present = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Replaced as a whole. */
    private volatile GrowingList<ActorCell<?>> members = GrowingList.empty();

    private final AtomicLong failures = new AtomicLong();

    LivingGroup(ActorCell<?> cell, GroupSettings settings) {
        this.cell = cell;
        dispatcher = settings.dispatcher();
    }

    ActorCell<?> cell() {
        return cell;
    }

    String name() {
        return Objects.requireNonNull(cell.name, "groups have names");
    }

    List<ActorCell<?>> members() {
        return members;
    }

    /** A member has been started; does nothing if it is one already, or has been removed. */
    void join(ActorCell<?> member) {
        synchronized (present) {
            if (member.isRetired() || !present.add(member)) {
                return;
            }
            members = members.plus(member);
        }
        changed();
    }

    /** A member ends for good, or is removed. */
    void leave(ActorCell<?> member) {
        synchronized (present) {
            if (!present.remove(member)) {
                return;
            }
            members = members.minus(member);
        }
        changed();
    }

    /** All members are about to be stopped. */
    void leaveAll() {
        synchronized (present) {
            if (present.isEmpty()) {
                return;
            }
            present.clear();
            members = GrowingList.empty();
        }
        changed();
    }

    private void changed() {
        cell.system.groups().changed(name());
    }

    /**
     * The member for a message.
     *
     * @throws UndispatchedException if there is none, or the dispatcher fails
     */
    ActorCell<?> choose(Object message) {
        List<ActorCell<?>> now = members;
        if (now.isEmpty()) {
            throw UndispatchedException.noMember(name());
        }
        try {
            int index = dispatcher.choose(message, now);
            if (index < 0 || index >= now.size()) {
                throw new IndexOutOfBoundsException(
                        "dispatcher: " + index + " (expected: 0 to " + (now.size() - 1) + ")");
            }
            return now.get(index);
        } catch (Throwable t) {
            long n = failures.incrementAndGet();
            if ((n & n - 1) == 0) { // not for each message
                Report.failure(cell, t, "in its dispatcher, " + n + " times so far");
            }
            throw UndispatchedException.dispatcherFailed(name(), t);
        }
    }

    /** Hands a message that a removed member did not get to to another one; returns false if there is none. */
    boolean handOn(RoutedNode node) {
        for (; ; ) {
            ActorCell<?> other;
            try {
                other = choose(node.message());
            } catch (UndispatchedException e) {
                return false;
            }
            // past the bound: there are no more of them than a member's mailbox and stash held
            if (other.forceMessage(node.again())) {
                return true;
            }
        }
    }
}
