package io.bastion.supervision;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of children whose incarnations end, and carries restarts of several children out in order: the state
 * machine of a supervisor. It never waits: it is told what has happened, answers with commands to {@link Children}, and serves
 * other children meanwhile.
 *
 * <p>After OTP's {@code supervisor}, with the differences that its tables name. Not thread-safe but for
 * {@link #grantsRestart}: owned by the supervisor.
 *
 * @param <C> a child
 */
public final class RestartEngine<C> {
    /*
     *                 ┌──────────────────────(all are started)──────────────────────┐
     *                 ▼                                                             │
     *   Watching ──(one of a group fails)──▶ Suspending ──▶ Delaying ──▶ Starting ──┘
     *      │                                     ▲              │            │
     *      │                                     └──(another one fails, or a start does)
     *      └──(budget spent, or ESCALATE; from any state)──▶ GivenUp
     *
     * A child on its own (ONE_FOR_ONE) is told to restart after its delay, and the engine stays Watching. Several are
     * suspended one after another, the youngest first; when all are down the delay of the failed one runs; then they are
     * started one after another, the eldest first. A failure meanwhile adds its own group to the members and begins with
     * suspending again, which passes over those that are down already.
     */

    /** What the engine is at. */
    public sealed interface State<C> {
        /** The children that are being restarted together, if any. */
        default @Nullable Group<C> group() {
            return null;
        }

        /** Every child is on its own. */
        record Watching<C>() implements State<C> {}

        /**
         * The members are being suspended, youngest first.
         *
         * @param group who
         * @param index of the member that is awaited
         */
        record Suspending<C>(Group<C> group, int index) implements State<C> {}

        /**
         * All members are down; the back-off of the failed one runs.
         *
         * @param group who
         */
        record Delaying<C>(Group<C> group) implements State<C> {}

        /**
         * The members are being started, eldest first.
         *
         * @param group who
         * @param index of the member that is awaited
         */
        record Starting<C>(Group<C> group, int index) implements State<C> {}

        /** The supervisor itself has failed. */
        record GivenUp<C>() implements State<C> {}
    }

    /**
     * Children that are restarted together.
     *
     * @param origin the one that failed
     * @param members all of them, in start order
     * @param held those that are down
     * @param delayNanos how long to wait when all are down
     */
    public record Group<C>(C origin, List<C> members, Set<C> held, long delayNanos) {}

    private final Strategy strategy;
    private final Directives directives;
    private final SharedBudget budget;
    private final Children<C> children;
    private State<C> state = new State.Watching<>();

    /**
     * @param strategy who is restarted with a failed child
     * @param budget restarts of all children within a window
     * @param directives exceptions from the children's restart types; those of a child itself go first
     * @param children the children
     */
    public RestartEngine(Strategy strategy, Budget budget, Directives directives, Children<C> children) {
        this.strategy = strategy;
        this.directives = directives;
        this.budget = new SharedBudget(budget, children::now);
        this.children = children;
    }

    /** What it is at. */
    public State<C> state() {
        return state;
    }

    /** Restarts that are left within the window. */
    public int remainingBudget() {
        return budget.remaining();
    }

    /**
     * An incarnation of a child has ended by itself, or could not be started.
     *
     * @param cause its failure, or null
     */
    public void ended(C child, @Nullable Throwable cause) {
        if (state instanceof State.GivenUp) {
            return;
        }
        Restart policy = children.policy(child);
        if (cause == null && !policy.type().restartsAfter(false)) {
            children.stayDown(child, null, Children.WhyDown.TYPE);
            return;
        }
        if (isAboutToBeSuspended(child)) {
            return; // it is restarted with its group in any case
        }
        switch (cause == null ? Directive.RESTART : directive(policy, cause)) {
            case RESUME -> {
                if (children.canResume(child)) {
                    children.resume(child);
                } else {
                    restart(child, cause, policy);
                }
            }
            case STOP -> children.stayDown(child, cause, Children.WhyDown.DIRECTIVE);
            case ESCALATE -> giveUp(child, Objects.requireNonNull(cause));
            case RESTART -> restart(child, cause, policy);
        }
    }

    private Directive directive(Restart policy, Throwable cause) {
        Directive own = policy.directives().of(cause);
        if (own != null) {
            return own;
        }
        Directive general = directives.of(cause);
        return general != null ? general : Directive.RESTART;
    }

    private void restart(C child, @Nullable Throwable cause, Restart policy) {
        if (!policy.type().restartsAfter(cause != null)) {
            children.stayDown(child, cause, Children.WhyDown.TYPE);
            return;
        }
        long now = children.now();
        RestartHistory history = children.history(child);
        if (!history.take(now)) {
            children.stayDown(child, cause, Children.WhyDown.CAP);
        } else if (!budget.take()) {
            giveUp(child, cause != null ? cause : new BudgetSpentException());
        } else {
            budget.open(true);
            restart(child, history.nextDelay(now, children.random()));
        }
    }

    /**
     * Whether a child that has failed may restart at once, on its own. That is granted when it is what {@link #ended} would
     * decide, and concerns nobody else; it is paid for then. If not, nothing is decided yet. It is granted after the first
     * restart that the engine has decided, until it gives up or is told of {@link #end}.
     *
     * <p>The only method that may be called on any thread.
     */
    public boolean grantsRestart(Restart policy, Throwable cause) {
        return strategy == Strategy.ONE_FOR_ONE
                && policy.cap().isUnlimited()
                && policy.backoff().isNone()
                && policy.type().restartsAfter(true)
                && directive(policy, cause) == Directive.RESTART
                && budget.takeIfOpen();
    }

    /** All children are being stopped: whoever fails from now on must ask. */
    public void end() {
        budget.open(false);
    }

    /** Restarts a child, and those that its strategy says, without a decision and without a price. */
    public void restartByHand(C child) {
        if (!(state instanceof State.GivenUp)) {
            restart(child, 0);
        }
    }

    private void restart(C child, long delayNanos) {
        if (strategy == Strategy.ONE_FOR_ONE) {
            children.restart(child, delayNanos);
            return;
        }
        if (state instanceof State.Delaying) {
            children.cancelDelay();
        }
        Group<C> before = state.group();
        Set<C> held = before == null ? Collections.newSetFromMap(new IdentityHashMap<>()) : before.held();
        held.remove(child);
        if (state instanceof State.Starting<C> s) {
            held.remove(s.group().members().get(s.index())); // it is no longer down, and not yet up
        }
        Set<C> unfinished = held;
        if (state instanceof State.Suspending<C> s) {
            unfinished = Collections.newSetFromMap(new IdentityHashMap<>());
            unfinished.addAll(s.group().members()); // those that are still up have failed, or are told to go down
        }
        List<C> members = new ArrayList<>();
        boolean caught = strategy == Strategy.ONE_FOR_ALL;
        for (C c : children.inStartOrder()) {
            caught = caught || c == child || unfinished.contains(c);
            if (caught) {
                members.add(c);
            }
        }
        suspendFrom(new Group<>(child, members, held, delayNanos), members.size() - 1);
    }

    /** A child has been suspended. */
    public void suspended(C child) {
        Group<C> group = state.group();
        if (group != null) {
            group.held().add(child);
            goOn(child);
        }
    }

    /** A child has been started. */
    public void started(C child) {
        Group<C> group = state.group();
        if (group != null) {
            group.held().remove(child);
            goOn(child);
        }
    }

    /** A child has ended for good. */
    public void gone(C child) {
        goOn(child);
    }

    private void goOn(C child) {
        if (state instanceof State.Suspending<C> s && s.group().members().get(s.index()) == child) {
            suspendFrom(s.group(), s.index());
        } else if (state instanceof State.Starting<C> s && s.group().members().get(s.index()) == child) {
            startFrom(s.group(), s.index());
        }
    }

    private void suspendFrom(Group<C> group, int last) {
        for (int i = last; i >= 0; i--) {
            C member = group.members().get(i);
            if (!children.isGone(member) && !group.held().contains(member)) {
                state = new State.Suspending<>(group, i);
                if (member != group.origin() && children.policy(member).type() == Restart.Type.TEMPORARY) {
                    children.remove(member);
                } else {
                    children.suspend(member, group.delayNanos());
                }
                return;
            }
        }
        if (group.delayNanos() > 0) {
            state = new State.Delaying<>(group);
            children.delay(group.delayNanos());
        } else {
            startFrom(group, 0);
        }
    }

    /** The delay that {@link Children#delay} was asked for is over. */
    public void delayOver() {
        if (state instanceof State.Delaying<C> s) {
            startFrom(s.group(), 0);
        }
    }

    private void startFrom(Group<C> group, int first) {
        for (int i = first; i < group.members().size(); i++) {
            C member = group.members().get(i);
            if (!children.isGone(member) && group.held().contains(member)) {
                state = new State.Starting<>(group, i);
                children.start(member);
                return;
            }
        }
        state = new State.Watching<>();
    }

    private boolean isAboutToBeSuspended(C child) {
        return state instanceof State.Suspending<C> s
                && s.group().members().contains(child)
                && !s.group().held().contains(child);
    }

    private void giveUp(C child, Throwable cause) {
        if (state instanceof State.Delaying) {
            children.cancelDelay();
        }
        state = new State.GivenUp<>();
        budget.open(false);
        children.giveUp(child, cause);
    }
}
