package io.bastion.actor;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.UnaryOperator;

/** The members of a group that is there, as its distributors see them. Thread-safe, lock-free. */
final class LivingGroup {
    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<LivingGroup, List> MEMBERS =
            AtomicReferenceFieldUpdater.newUpdater(LivingGroup.class, List.class, "members");

    private final ActorCell<?> cell;
    private final Dispatcher<Object> dispatcher;

    /** Replaced as a whole; the lists never change. */
    private volatile List<ActorCell<?>> members = List.of();

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
        change(now -> {
            if (member.isRetired() || now.contains(member)) {
                return now;
            }
            List<ActorCell<?>> more = new ArrayList<>(now.size() + 1);
            more.addAll(now);
            more.add(member);
            return List.copyOf(more);
        });
    }

    /** A member ends for good, or is removed. */
    void leave(ActorCell<?> member) {
        change(now ->
                now.contains(member) ? now.stream().filter(m -> m != member).toList() : now);
    }

    /** All members are about to be stopped. */
    void leaveAll() {
        members = List.of();
    }

    private static List<ActorCell<?>> without(ActorCell<?> member, List<ActorCell<?>> members) {
        List<ActorCell<?>> others = new ArrayList<>(members);
        others.remove(member);
        return others;
    }

    private void change(UnaryOperator<List<ActorCell<?>>> change) {
        for (; ; ) {
            List<ActorCell<?>> now = members;
            List<ActorCell<?>> next = change.apply(now);
            if (next == now || MEMBERS.compareAndSet(this, now, next)) {
                return;
            }
        }
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
                Report.failure(cell.path(), t, "in its dispatcher, " + n + " times so far");
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
