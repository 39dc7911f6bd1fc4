package io.bastion.actor;

import io.bastion.supervision.Backoff;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Finds settings of a subtree that defeat each other. */
final class Lint {
    private record Visit(ActorSpec<?> spec, String path, Budget budget, Duration parentStop) {}

    private Lint() {}

    /**
     * What is to be said of a specification and all below it, a sentence each.
     *
     * @param budget the budget of its parent
     */
    static List<String> of(ActorSpec<?> spec, Budget budget) {
        List<String> findings = new ArrayList<>();
        Deque<Visit> open = new ArrayDeque<>();
        open.push(new Visit(spec, String.valueOf(spec.name()), budget, LifecycleSettings.FOREVER));
        for (Visit v; (v = open.poll()) != null; ) {
            check(v, findings);
            SupervisionSettings s = v.spec.template().supervision();
            Duration stop = v.spec.template().lifecycle().stopTimeout();
            for (ActorSpec<?> child : s.children()) {
                open.add(new Visit(child, v.path + "/" + child.name(), s.budget(), stop));
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
            findings.add(v.path + ": back-off of at least " + backoff.min() + " (expected: within the budget's window, "
                    + v.budget.window() + "; as it is the budget is never spent)");
        }
        if (!cap.isUnlimited() && !backoff.isNone() && backoff.min().compareTo(cap.window()) > 0) {
            findings.add(
                    v.path + ": back-off of at least " + backoff.min() + " (expected: within the window of its tries, "
                            + cap.window() + "; as it is they are never spent)");
        }
        if (!cap.isUnlimited()
                && !v.budget.isUnlimited()
                && cap.maxRestarts() > v.budget.maxRestarts()
                && cap.window().compareTo(v.budget.window()) <= 0) {
            findings.add(v.path + ": " + cap.maxRestarts() + " tries within " + cap.window()
                    + " (expected: no more than the budget above it, " + v.budget.maxRestarts() + " within "
                    + v.budget.window() + ", which is spent before)");
        }
        if (stop.compareTo(v.parentStop) > 0 && v.parentStop.compareTo(LifecycleSettings.FOREVER) < 0) {
            findings.add(v.path + ": stop time-out " + stop + " (expected: no more than that above it, " + v.parentStop
                    + ")");
        }
        if (restart.type() == Restart.Type.TEMPORARY && (!backoff.isNone() || !cap.isUnlimited())) {
            findings.add(v.path + ": temporary, with a back-off or tries (expected: neither, it is never restarted)");
        }
    }
}
