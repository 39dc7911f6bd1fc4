package io.bastion.actor;

import io.bastion.supervision.Backoff;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds settings of a subtree that defeat each other. */
final class Lint {
    private static final int SHOWN_SEGMENTS = 32;

    private record Visit(ActorSpec<?> spec, @Nullable Visit parent, Budget budget, Duration parentStop) {
        /** Where it is, for a finding: made only then, and of one that is very deep only the end. */
        String path() {
            ArrayDeque<String> segments = new ArrayDeque<>();
            @Nullable Visit visit = this;
            for (; visit != null && segments.size() < SHOWN_SEGMENTS; visit = visit.parent) {
                segments.addFirst(String.valueOf(visit.spec.name()));
            }
            if (visit != null) {
                segments.addFirst("...");
            }
            return String.join("/", segments);
        }
    }

    private Lint() {}

    /**
     * What is to be said of a specification and all below it, a sentence each.
     *
     * @param budget the budget of its parent
     */
    static List<String> of(ActorSpec<?> spec, Budget budget) {
        List<String> findings = new ArrayList<>();
        Deque<Visit> open = new ArrayDeque<>();
        open.push(new Visit(spec, null, budget, LifecycleSettings.FOREVER));
        for (Visit v; (v = open.poll()) != null; ) {
            check(v, findings);
            SupervisionSettings s = v.spec.template().supervision();
            Duration stop = v.spec.template().lifecycle().stopTimeout();
            for (ActorSpec<?> child : s.children()) {
                open.add(new Visit(child, v, s.budget(), stop));
            }
        }
        return findings;
    }

    private static void check(Visit v, List<String> findings) {
        Restart restart = v.spec.template().restart();
        Backoff backoff = restart.backoff();
        Budget cap = restart.cap();
        Duration stop = v.spec.template().lifecycle().stopTimeout();
        if (!v.budget.isUnlimited() && !backoff.isNone() && backoff.min().compareTo(v.budget.window()) > 0) {
            findings.add(
                    v.path() + ": back-off of at least " + backoff.min() + " (expected: within the budget's window, "
                            + v.budget.window() + "; as it is the budget is never spent)");
        }
        if (!cap.isUnlimited() && !backoff.isNone() && backoff.min().compareTo(cap.window()) > 0) {
            findings.add(v.path() + ": back-off of at least " + backoff.min()
                    + " (expected: within the window of its tries, " + cap.window()
                    + "; as it is they are never spent)");
        }
        if (!cap.isUnlimited()
                && !v.budget.isUnlimited()
                && cap.maxRestarts() > v.budget.maxRestarts()
                && cap.window().compareTo(v.budget.window()) <= 0) {
            findings.add(v.path() + ": " + cap.maxRestarts() + " tries within " + cap.window()
                    + " (expected: no more than the budget above it, " + v.budget.maxRestarts() + " within "
                    + v.budget.window() + ", which is spent before)");
        }
        if (stop.compareTo(v.parentStop) > 0 && v.parentStop.compareTo(LifecycleSettings.FOREVER) < 0) {
            findings.add(v.path() + ": stop time-out " + stop + " (expected: no more than that above it, "
                    + v.parentStop + ")");
        }
        if (restart.type() == Restart.Type.TEMPORARY && (!backoff.isNone() || !cap.isUnlimited())) {
            findings.add(v.path() + ": temporary, with a back-off or tries (expected: neither, it is never restarted)");
        }
    }
}
