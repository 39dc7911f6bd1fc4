package io.bastion.observability.tracing;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Observations and those that they are within.
 *
 * <p>Two actors that tell each other for ever are one trace, of which each observation would keep all that were before it in
 * memory. So the parents of all but the last few are forgotten; handlers ask for them at the start.
 */
final class Ancestry {
    /** How many generations are kept. */
    static final int KEPT = 32;

    /** Under what W3C's propagation has the trace that a message comes with from another node. */
    static final String TRACEPARENT = "traceparent";

    private Ancestry() {}

    /** What a message that is sent is within: what its context says, or what this thread is in if that is within it or it says nothing. */
    static @Nullable Observation parent(ContextView context, ObservationRegistry registry) {
        Observation carried = carried(context);
        Observation current = registry.getCurrentObservation();
        if (current == null || current.isNoop()) {
            return carried;
        }
        return carried == null || isWithin(current, carried) ? current : carried;
    }

    /** The observation that a context carries. */
    static @Nullable Observation carried(ContextView context) {
        return !context.isEmpty()
                        && context.getOrDefault(ObservationThreadLocalAccessor.KEY, null) instanceof Observation known
                        && !known.isNoop()
                ? known
                : null;
    }

    /** Whether a context carries a trace from elsewhere, that is not observed here. */
    static boolean isForeign(ContextView context) {
        return context.hasKey(TRACEPARENT);
    }

    private static boolean isWithin(Observation inner, Observation outer) {
        ObservationView view = inner;
        for (int i = 0; i <= KEPT && view != null; i++) {
            if (view == outer) {
                return true;
            }
            view = view.getContextView().getParentObservation();
        }
        return false;
    }

    /** Lets the ancestors of an observation go that are too far away. */
    static void forgetFar(Observation.ContextView of) {
        ObservationView view = of.getParentObservation();
        for (int i = 1; i < KEPT && view != null; i++) {
            view = view.getContextView().getParentObservation();
        }
        if (view != null && view.getContextView() instanceof Observation.Context last) {
            last.setParentObservation(null);
        }
    }
}
