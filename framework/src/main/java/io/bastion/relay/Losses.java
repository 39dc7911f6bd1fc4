package io.bastion.relay;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * What the operators of a run give up. Thread-safe.
 *
 * <p>A filter discards what it does not let through, by the same hook as an operator that gives up what it holds because the run has
 * failed, and earlier than the run hears of its failure. So while the run lasts, what is discarded is kept until the next element has come
 * through, and then forgotten; what was discarded between the last element and the failure is lost.
 */
final class Losses {
    // Reactor's keys for hooks of one subscriber
    private static final String ON_DISCARD = "reactor.onDiscard.local";
    private static final String ON_NEXT_DROPPED = "reactor.onNextDropped.local";
    private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";
    private static final String ON_OPERATOR_ERROR = "reactor.onOperatorError.local";

    /** So many are reported one by one; all are counted. */
    private static final int KEPT = 256;

    private enum Phase {
        /** The run lasts. */
        OPEN,
        /** The run is over, its actor does not know. */
        SETTLED,
        /** The actor knows, and reports what is discarded as dead letters. */
        TOLD
    }

    private final Relay<?, ?> relay;
    private final Consumer<Object> report;

    /** The rest is guarded by this. */
    private Phase phase = Phase.OPEN;

    private final Deque<Object> kept = new ArrayDeque<>(0);
    private long discarded;
    private @Nullable Object failed;

    /** Whether there is anything to forget; may be seen late by another thread than that of the discarding operator. */
    private volatile boolean dirty;

    /**
     * @param ofActor the actor's context, whose hook makes dead letters
     */
    Losses(Relay<?, ?> relay, Context ofActor) {
        this.relay = relay;
        report = consumer(ofActor, ON_DISCARD);
    }

    /** A context with hooks that come before those that it has. */
    Context listenIn(Context context) {
        BiFunction<Throwable, @Nullable Object, Throwable> operatorError = context.hasKey(ON_OPERATOR_ERROR)
                ? context.get(ON_OPERATOR_ERROR)
                : (error, element) -> Operators.onOperatorError(null, error, element, Context.empty());
        return context.put(ON_DISCARD, before(this::discarded, consumer(context, ON_DISCARD)))
                .put(ON_NEXT_DROPPED, before(this::discarded, consumer(context, ON_NEXT_DROPPED)))
                .put(ON_ERROR_DROPPED, before(relay::late, consumer(context, ON_ERROR_DROPPED)))
                .put(ON_OPERATOR_ERROR, (BiFunction<Throwable, @Nullable Object, Throwable>) (error, element) -> {
                    if (element != null && !(element instanceof Throwable)) {
                        failed(element);
                    }
                    return operatorError.apply(error, element);
                });
    }

    private static <E> Consumer<E> consumer(Context context, String key) {
        return context.hasKey(key) ? context.get(key) : ignored -> {};
    }

    private static <E> Consumer<E> before(Consumer<E> ours, Consumer<E> theirs) {
        return ours.andThen(theirs);
    }

    /** An operator has discarded an element, or has got one after its end. */
    void discarded(Object element) {
        synchronized (this) {
            if (element == failed) {
                return; // by the operator that failed at it
            }
            if (phase == Phase.OPEN) {
                discarded++;
                dirty = true;
            } else {
                relay.lost(1, false);
            }
            if (phase != Phase.TOLD) {
                keep(element);
                return;
            }
        }
        report.accept(element);
    }

    /** An operator has failed at an element. */
    private void failed(Object element) {
        synchronized (this) {
            if (phase == Phase.OPEN) {
                failed = element;
                dirty = true;
                return;
            }
        }
        discarded(element);
    }

    private void keep(Object element) {
        if (kept.size() == KEPT) {
            kept.removeFirst();
        }
        kept.addLast(element);
    }

    /** An element has come through. */
    void passed() {
        if (dirty) {
            synchronized (this) {
                if (phase == Phase.OPEN) {
                    forget();
                }
            }
        }
    }

    private void forget() {
        kept.clear();
        discarded = 0;
        failed = null;
        dirty = false;
    }

    /**
     * The run is over.
     *
     * @param failure whether it failed, so that what was discarded before is lost
     */
    synchronized void settle(boolean failure) {
        if (phase != Phase.OPEN) {
            return;
        }
        phase = Phase.SETTLED;
        if (!failure) {
            forget();
            return;
        }
        if (discarded > 0) {
            relay.lost(discarded, false);
        }
        if (failed != null) {
            relay.lost(1, true);
            keep(failed);
        }
    }

    /** The actor knows. */
    void tell() {
        Object[] lost;
        synchronized (this) {
            phase = Phase.TOLD;
            lost = kept.toArray();
            kept.clear();
        }
        for (Object element : lost) {
            report.accept(element);
        }
    }
}
