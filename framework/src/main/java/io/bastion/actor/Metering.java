package io.bastion.actor;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** The instruments of a system, and what is counted for them. Thread-safe; costs next to nothing while there are none. */
final class Metering {
    /** Types that are told apart; all actors of further ones are of type {@link #OTHER}. */
    static final int MAX_TYPES = 128;

    static final String OTHER = "other";

    /** Replaced as a whole, under the lock. */
    private volatile Attached[] instruments = {};

    private volatile boolean sampling;

    private final ConcurrentMap<String, ActorType> types = new ConcurrentHashMap<>();

    /** Of the asks that have begun while somebody counts; a new one whenever that begins. */
    private volatile AskCounts asks = new AskCounts();

    private record Attached(Instrument instrument, boolean samples) {}

    Disposable attach(Instrument instrument) {
        Attached attached = new Attached(instrument, instrument.samples());
        synchronized (this) {
            if (attached.samples) {
                types.values().stream()
                        .filter(ActorType::isCounted)
                        .forEach(type -> guarded(attached, i -> i.typeSeen(type.name)));
            }
            List<Attached> more = new ArrayList<>(List.of(instruments));
            more.add(attached);
            set(more);
        }
        return Disposables.composite(() -> detach(attached));
    }

    private synchronized void detach(Attached attached) {
        List<Attached> fewer = new ArrayList<>(List.of(instruments));
        fewer.removeIf(a -> a == attached);
        set(fewer);
    }

    private void set(List<Attached> attached) {
        instruments = attached.toArray(Attached[]::new);
        boolean before = sampling;
        sampling = attached.stream().anyMatch(Attached::samples);
        if (before && !sampling) {
            types.values().forEach(ActorType::forget);
            asks = new AskCounts();
        }
    }

    /** Whether messages are counted and timed. */
    boolean isSampling() {
        return sampling;
    }

    void each(Consumer<Instrument> what) {
        for (Attached attached : instruments) {
            guarded(attached, what);
        }
    }

    private static void guarded(Attached attached, Consumer<Instrument> what) {
        try {
            what.accept(attached.instrument);
        } catch (Throwable t) {
            Report.warn("an instrument failed", t);
        }
    }

    boolean hasInstruments() {
        return instruments.length != 0;
    }

    /** Where an ask that begins is counted, if it is. */
    @Nullable AskCounts beginAsk() {
        if (!sampling) {
            return null;
        }
        AskCounts counts = asks;
        counts.began();
        return counts;
    }

    /** The type of a name; beyond the limit one for all others. */
    ActorType type(String name) {
        ActorType known = types.get(name);
        return known != null ? known : added(name);
    }

    private synchronized ActorType added(String name) {
        String kept = types.size() < MAX_TYPES || types.containsKey(name) ? name : OTHER;
        ActorType known = types.get(kept);
        if (known != null) {
            return known;
        }
        ActorType type = new ActorType(kept, this);
        types.put(kept, type);
        return type;
    }

    /** The messages of a type begin to be counted. */
    synchronized void seen(ActorType type) {
        if (!sampling || !type.beginCounting()) {
            return;
        }
        for (Attached attached : instruments) {
            if (attached.samples) {
                guarded(attached, i -> i.typeSeen(type.name));
            }
        }
    }

    SystemCounters counters(DeadLetters letters, long refused) {
        Map<String, SystemCounters.OfType> byType = new HashMap<>();
        types.forEach((name, type) -> {
            if (type.isCounted()) {
                byType.put(name, type.counters());
            }
        });
        Map<DeadLetter.Reason, Long> byReason = new EnumMap<>(DeadLetter.Reason.class);
        for (DeadLetter.Reason reason : DeadLetter.Reason.values()) {
            byReason.put(reason, letters.count(reason));
        }
        AskCounts a = asks;
        return new SystemCounters(byType, byReason, refused, a.pending(), a.timedOut(), a.cycles());
    }
}
