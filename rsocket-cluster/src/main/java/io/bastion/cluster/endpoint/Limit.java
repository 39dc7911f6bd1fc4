package io.bastion.cluster.endpoint;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.Disposable;

/** How many there may be at a time. Thread-safe. */
final class Limit {
    private final int most;
    private final AtomicInteger present = new AtomicInteger();

    Limit(int most) {
        this.most = most;
    }

    int most() {
        return most;
    }

    /** Takes one more in, if there is room, until what is returned is disposed of. */
    Optional<Disposable> enter() {
        if (present.incrementAndGet() > most) {
            present.decrementAndGet();
            return Optional.empty();
        }
        AtomicBoolean over = new AtomicBoolean();
        return Optional.of(() -> {
            if (over.compareAndSet(false, true)) {
                present.decrementAndGet();
            }
        });
    }
}
