package io.bastion.actor;

import io.bastion.supervision.AutoShutdown;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Directive;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The description of a supervisor: its children in start order, and what is done when one of them ends. Immutable; each
 * method returns a changed copy.
 *
 * <p>Children are started one after another; the first that cannot be started ends the start of them all. They are stopped
 * one after another in reverse order. A supervisor that is itself restarted starts anew the children that are named here, and
 * not those that were added to it while it ran.
 *
 * <p>Defaults: {@link Strategy#ONE_FOR_ONE}, {@link Budget#DEFAULT}, every failure restarts by the child's type,
 * {@link AutoShutdown#NEVER}, itself {@link Restart#transientOnFailure()}; a start hook may take
 * {@link ActorSpec#DEFAULT_TIMEOUT}, and its stop as long as those of its children.
 */
public final class SupervisorSpec extends ChildSpec {
    private final ActorSpec<Object> actor;

    private SupervisorSpec(ActorSpec<Object> actor) {
        this.actor = actor;
    }

    /**
     * A supervisor without children.
     *
     * @param name unique among its siblings: 1 to 255 letters, digits and {@code - _ . ~}
     */
    public static SupervisorSpec named(String name) {
        return new SupervisorSpec(ofKind(TreeNode.Kind.SUPERVISOR, name));
    }

    /** An actor that has children and takes no messages. */
    static ActorSpec<Object> ofKind(TreeNode.Kind kind, String name) {
        return ActorSpec.of(name, () -> Behavior.receive((context, message) -> {}))
                .supervision(SupervisionSettings.of(kind))
                .lifecycle(LifecycleSettings.OF_SUPERVISORS);
    }

    /** This supervisor with another strategy. */
    public SupervisorSpec strategy(Strategy strategy) {
        Objects.requireNonNull(strategy, "strategy: null (expected: a Strategy)");
        SupervisionSettings s = settings();
        return with(new SupervisionSettings(
                s.kind(), strategy, s.budget(), s.directives(), s.autoShutdown(), s.children()));
    }

    /** This supervisor with at most so many restarts within a sliding window; at one more failure it fails itself. */
    public SupervisorSpec budget(int maxRestarts, Duration window) {
        return budget(Budget.of(maxRestarts, window));
    }

    /** This supervisor with another budget of restarts. */
    public SupervisorSpec budget(Budget budget) {
        Objects.requireNonNull(budget, "budget: null (expected: a Budget)");
        SupervisionSettings s = settings();
        return with(new SupervisionSettings(
                s.kind(), s.strategy(), budget, s.directives(), s.autoShutdown(), s.children()));
    }

    /** This supervisor with a directive for a type of failure; directives of a child itself go first. */
    public SupervisorSpec on(Class<? extends Throwable> failure, Directive directive) {
        SupervisionSettings s = settings();
        return with(new SupervisionSettings(
                s.kind(),
                s.strategy(),
                s.budget(),
                s.directives().with(failure, directive),
                s.autoShutdown(),
                s.children()));
    }

    /** This supervisor as one that stops itself when significant children have ended. */
    public SupervisorSpec autoShutdown(AutoShutdown autoShutdown) {
        Objects.requireNonNull(autoShutdown, "autoShutdown: null (expected: an AutoShutdown)");
        SupervisionSettings s = settings();
        return with(new SupervisionSettings(
                s.kind(), s.strategy(), s.budget(), s.directives(), autoShutdown, s.children()));
    }

    /**
     * This supervisor with one more child, started after those before it. Each call copies the list of children: for
     * thousands there is {@link #children}.
     *
     * @throws IllegalArgumentException if the child has no name, or that of another child
     */
    public SupervisorSpec child(ChildSpec child) {
        Objects.requireNonNull(child, "child: null (expected: a ChildSpec)");
        ActorSpec<?> added = checkNamed(child.asActor());
        List<ActorSpec<?>> children = new ArrayList<>(settings().children());
        for (ActorSpec<?> other : children) {
            if (Objects.equals(other.name(), added.name())) {
                throw nameTaken(added);
            }
        }
        children.add(added);
        return with(children);
    }

    /**
     * This supervisor with more children, started one after another after those before them.
     *
     * @throws IllegalArgumentException if a child has no name, or that of another child
     */
    public SupervisorSpec children(Collection<? extends ChildSpec> more) {
        Objects.requireNonNull(more, "children: null (expected: a Collection of ChildSpecs)");
        List<ActorSpec<?>> children = new ArrayList<>(settings().children());
        Set<@Nullable String> names = new HashSet<>();
        children.forEach(child -> names.add(child.name()));
        for (ChildSpec child : more) {
            Objects.requireNonNull(child, "child: null (expected: a ChildSpec)");
            ActorSpec<?> added = checkNamed(child.asActor());
            if (!names.add(added.name())) {
                throw nameTaken(added);
            }
            children.add(added);
        }
        return with(children);
    }

    private IllegalArgumentException nameTaken(ActorSpec<?> child) {
        return new IllegalArgumentException(
                "child: \"" + child.name() + "\" (expected: no other child of " + actor.name() + " with that name)");
    }

    static ActorSpec<?> checkNamed(ActorSpec<?> child) {
        if (child.name() == null) {
            throw new IllegalArgumentException("child: without a name (expected: a named specification)");
        }
        return child;
    }

    /** This supervisor with another policy for its own restart. */
    public SupervisorSpec restart(Restart restart) {
        return new SupervisorSpec(actor.restart(restart));
    }

    /**
     * This supervisor with another type, by which its restart budget is shown in metrics; {@code supervisor} by default. See
     * {@link ActorSpec#type}.
     */
    public SupervisorSpec type(String type) {
        return new SupervisorSpec(actor.type(type));
    }

    /** This supervisor with hooks around its incarnations. */
    public SupervisorSpec callbacks(Callbacks callbacks) {
        return new SupervisorSpec(actor.callbacks(callbacks));
    }

    /** This supervisor with another limit to each start hook. */
    public SupervisorSpec startTimeout(Duration timeout) {
        return new SupervisorSpec(actor.startTimeout(timeout));
    }

    /** This supervisor with a limit to its stop, after which it is killed with all below it. */
    public SupervisorSpec stopTimeout(Duration timeout) {
        return new SupervisorSpec(actor.stopTimeout(timeout));
    }

    /** This supervisor as one whose end counts for its own supervisor's auto-shutdown. */
    public SupervisorSpec significant() {
        return new SupervisorSpec(actor.significant());
    }

    /**
     * This supervisor with interceptors around what all actors below it are sent and handle; inside those that it has
     * already, and outside those of what is below.
     */
    public SupervisorSpec intercept(Interceptor... interceptors) {
        return new SupervisorSpec(actor.interceptBelow(interceptors));
    }

    private SupervisionSettings settings() {
        return actor.template().supervision();
    }

    private SupervisorSpec with(List<ActorSpec<?>> children) {
        SupervisionSettings s = settings();
        return with(new SupervisionSettings(
                s.kind(), s.strategy(), s.budget(), s.directives(), s.autoShutdown(), List.copyOf(children)));
    }

    private SupervisorSpec with(SupervisionSettings settings) {
        return new SupervisorSpec(actor.supervision(settings));
    }

    @Override
    ActorSpec<Object> asActor() {
        return actor;
    }
}
