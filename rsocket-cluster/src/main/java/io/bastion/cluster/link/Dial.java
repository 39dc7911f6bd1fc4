package io.bastion.cluster.link;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.MonoSink;

/** Who waits for a link with an address, and what is done about it. Guarded by the lock of its {@link NodeLinks}. */
final class Dial {
    enum State {
        /** For a link that the other end makes, or for the end of the last one. */
        WAITING,
        CONNECTING,
        /** Until the address may be dialled again. */
        RESTING
    }

    /** One who waits: for an incarnation, or for any if that is 0. */
    record Waiter(long uid, MonoSink<Link> sink) {
        void end(Link link) {
            if (uid == 0 || uid == link.node().uid()) {
                sink.success(link);
            } else {
                sink.error(new LinkRejectedException(
                        LinkRejectedException.Code.WRONG_INCARNATION, link.node() + " listens there"));
            }
        }
    }

    final String address;
    State state = State.WAITING;

    /** Times that it was dialled in vain. */
    int failures;

    /** Of the last time. */
    @Nullable IOException failure;

    /** Runs since somebody waits. */
    @Nullable Disposable patience;

    /** Runs while it rests. */
    @Nullable Disposable rest;

    private List<Waiter> waiters = new ArrayList<>();

    Dial(String address) {
        this.address = address;
    }

    void add(Waiter waiter) {
        waiters.add(waiter);
    }

    void remove(Waiter waiter) {
        waiters.remove(waiter);
        if (waiters.isEmpty()) {
            stopPatience();
        }
    }

    boolean isWanted() {
        return !waiters.isEmpty();
    }

    /** Whom it is dialled for: the one who has waited longest. */
    long destination() {
        return waiters.isEmpty() ? 0 : waiters.get(0).uid;
    }

    /** Takes all who wait. */
    List<Waiter> take() {
        List<Waiter> all = waiters;
        waiters = new ArrayList<>();
        stopPatience();
        return all;
    }

    /** Does not go on after its rest. */
    void stop() {
        if (rest != null) {
            rest.dispose();
        }
    }

    /** Takes those who wait for an incarnation. */
    List<Waiter> take(long uid) {
        List<Waiter> those = waiters.stream().filter(w -> w.uid == uid).toList();
        waiters.removeAll(those);
        if (waiters.isEmpty()) {
            stopPatience();
        }
        return those;
    }

    private void stopPatience() {
        if (patience != null) {
            patience.dispose();
            patience = null;
        }
    }
}
