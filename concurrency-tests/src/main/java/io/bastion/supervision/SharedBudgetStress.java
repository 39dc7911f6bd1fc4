package io.bastion.supervision;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A {@link SharedBudget} out of which children and their supervisor take at a time.
 *
 * <p>The hole: two believe both that the last restart is theirs; or a child takes one after the supervisor has closed the
 * budget and goes by what is left.
 */
public final class SharedBudgetStress {
    private SharedBudgetStress() {}

    private static SharedBudget open(int restarts) {
        SharedBudget budget = new SharedBudget(Budget.of(restarts, Duration.ofHours(1)), () -> 0);
        budget.open(true);
        return budget;
    }

    private static int number(boolean taken) {
        return taken ? 1 : 0;
    }

    /** Two siblings fail when one restart is left. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "The one child was first")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "The other child was first")
    @Outcome(expect = FORBIDDEN, desc = "The restart was taken twice, by nobody, or not counted")
    @State
    public static class LastRestart {
        private final SharedBudget budget = open(1);

        @Actor
        public void child(III_Result r) {
            r.r1 = number(budget.takeIfOpen());
        }

        @Actor
        public void sibling(III_Result r) {
            r.r2 = number(budget.takeIfOpen());
        }

        @Arbiter
        public void result(III_Result r) {
            r.r3 = budget.remaining();
        }
    }

    /** A child takes a restart while the supervisor closes the budget. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "Taken before it was closed")
    @Outcome(id = "0, 2, 2", expect = ACCEPTABLE, desc = "Closed before it was taken")
    @Outcome(expect = FORBIDDEN, desc = "Taken after it was closed, or not counted")
    @State
    public static class TakeAgainstClose {
        private final SharedBudget budget = open(2);

        @Actor
        public void child(III_Result r) {
            r.r1 = number(budget.takeIfOpen());
        }

        @Actor
        public void supervisor(III_Result r) {
            budget.open(false);
            r.r2 = budget.remaining();
        }

        @Arbiter
        public void result(III_Result r) {
            r.r3 = budget.remaining();
        }
    }
}
