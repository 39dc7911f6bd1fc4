package io.bastion.actor;

import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.AutoShutdown;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The description of an actor: a factory of behaviors and settings. Immutable; each method returns a changed copy. One
 * specification may start any number of actors.
 *
 * <p>Defaults: {@link Mailbox#defaults()}, {@link Restart#transientOnFailure()}, {@link Placement#near()}, a stash of
 * {@value #DEFAULT_STASH} messages.
 *
 * @param <M> the actor's messages
 */
public final class ActorSpec<M> extends ChildSpec {
    /** Messages that may be stashed when nothing is said. */
    public static final int DEFAULT_STASH = 1_024;

    /** How long a start hook, and a stop, may take when nothing is said: 5 s, as in OTP. */
    public static final Duration DEFAULT_TIMEOUT = LifecycleSettings.DEFAULT_TIMEOUT;

    private static final int MAX_NAME = 255;

    private final @Nullable String name;
    private final Template<M> template;

    /** All but the name, so that many actors of one kind share it. */
    record Template<M>(
            Function<? super ActorContext<M>, ? extends Behavior<M>> factory,
            Mailbox mailbox,
            Restart restart,
            Placement placement,
            int stash,
            LifecycleSettings lifecycle,
            SupervisionSettings supervision,
            Interception interception,
            @Nullable String type) {
        /** Whether starting takes more than making the behavior once. */
        boolean startsInSteps() {
            return lifecycle.callbacks() != null || !supervision.children().isEmpty() || restart.startRetried();
        }

        Template<M> with(Interception interception) {
            return new Template<>(
                    factory, mailbox, restart, placement, stash, lifecycle, supervision, interception, type);
        }
    }

    private ActorSpec(@Nullable String name, Template<M> template) {
        this.name = name;
        this.template = template;
    }

    /**
     * An actor with a name.
     *
     * @param name unique among its siblings: 1 to 255 letters, digits and {@code - _ . ~}
     * @param factory makes a new behavior for every incarnation; never null
     */
    public static <M> ActorSpec<M> of(String name, Supplier<? extends Behavior<M>> factory) {
        return ActorSpec.<M>anonymous(factory).named(name);
    }

    /**
     * An actor with a name whose behavior needs its context.
     *
     * @param name unique among its siblings: 1 to 255 letters, digits and {@code - _ . ~}
     * @param factory makes a new behavior for every incarnation; never null
     */
    public static <M> ActorSpec<M> of(String name, Function<? super ActorContext<M>, ? extends Behavior<M>> factory) {
        return ActorSpec.<M>anonymous(factory).named(name);
    }

    /** An actor without a name: cheaper, and any number of them beside each other. */
    public static <M> ActorSpec<M> anonymous(Supplier<? extends Behavior<M>> factory) {
        Objects.requireNonNull(factory, "factory: null (expected: a factory of behaviors)");
        return anonymous((ActorContext<M> context) -> factory.get());
    }

    /** An actor without a name whose behavior needs its context. */
    public static <M> ActorSpec<M> anonymous(Function<? super ActorContext<M>, ? extends Behavior<M>> factory) {
        Objects.requireNonNull(factory, "factory: null (expected: a factory of behaviors)");
        return new ActorSpec<>(
                null,
                new Template<>(
                        factory,
                        Mailbox.defaults(),
                        Restart.transientOnFailure(),
                        Placement.near(),
                        DEFAULT_STASH,
                        LifecycleSettings.DEFAULT,
                        SupervisionSettings.DEFAULT,
                        Interception.NONE,
                        null));
    }

    /** This specification under another name. */
    public ActorSpec<M> named(String name) {
        return new ActorSpec<>(checkName(name), template);
    }

    /**
     * This specification with another type, by which its actors are counted together in metrics and traces.
     *
     * <p>By default it is that of the group of which the actor is a member, by the group's name; otherwise the class of its
     * first behavior, without the package, and for a lambda the class in which that is written. A system tells 128 types
     * apart: all actors of further ones are counted as {@code other}. So a type is no place for an identity.
     *
     * @param type 1 to 255 letters, digits and {@code - _ . ~}
     */
    public ActorSpec<M> type(String type) {
        Template<M> t = template;
        return with(new Template<>(
                t.factory,
                t.mailbox,
                t.restart,
                t.placement,
                t.stash,
                t.lifecycle,
                t.supervision,
                t.interception,
                checkName("type", type)));
    }

    /** This specification with another mailbox. */
    public ActorSpec<M> mailbox(Mailbox mailbox) {
        Objects.requireNonNull(mailbox, "mailbox: null (expected: a Mailbox)");
        Template<M> t = template;
        return with(new Template<>(
                t.factory,
                mailbox,
                t.restart,
                t.placement,
                t.stash,
                t.lifecycle,
                t.supervision,
                t.interception,
                t.type));
    }

    /** This specification with another restart policy. */
    public ActorSpec<M> restart(Restart restart) {
        Objects.requireNonNull(restart, "restart: null (expected: a Restart)");
        Template<M> t = template;
        return with(new Template<>(
                t.factory,
                t.mailbox,
                restart,
                t.placement,
                t.stash,
                t.lifecycle,
                t.supervision,
                t.interception,
                t.type));
    }

    /** This specification with another placement. */
    public ActorSpec<M> placement(Placement placement) {
        Objects.requireNonNull(placement, "placement: null (expected: a Placement)");
        Template<M> t = template;
        return with(new Template<>(
                t.factory,
                t.mailbox,
                t.restart,
                placement,
                t.stash,
                t.lifecycle,
                t.supervision,
                t.interception,
                t.type));
    }

    /** This specification with room for so many stashed messages. */
    public ActorSpec<M> stash(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("stash: " + capacity + " (expected: >= 1)");
        }
        Template<M> t = template;
        return with(new Template<>(
                t.factory,
                t.mailbox,
                t.restart,
                t.placement,
                capacity,
                t.lifecycle,
                t.supervision,
                t.interception,
                t.type));
    }

    /** This specification with hooks around the incarnations. */
    public ActorSpec<M> callbacks(Callbacks callbacks) {
        return lifecycle(template.lifecycle.callbacks(callbacks));
    }

    /** This specification with another limit to each start hook; {@link #DEFAULT_TIMEOUT} by default. */
    public ActorSpec<M> startTimeout(Duration timeout) {
        return lifecycle(template.lifecycle.startTimeout(timeout));
    }

    /**
     * This specification with another time that the actor has to stop when its parent stops it; it is killed when that is
     * over. {@link #DEFAULT_TIMEOUT} by default.
     */
    public ActorSpec<M> stopTimeout(Duration timeout) {
        return lifecycle(template.lifecycle.stopTimeout(timeout));
    }

    /** This specification as one whose end counts for its supervisor's {@link AutoShutdown}. */
    public ActorSpec<M> significant() {
        return lifecycle(template.lifecycle.asSignificant());
    }

    /**
     * This specification with another treatment of the children that the actor spawns; {@link Strategy#ONE_FOR_ONE} and
     * {@link Budget#DEFAULT} by default.
     */
    public ActorSpec<M> supervision(Strategy strategy, Budget budget) {
        Objects.requireNonNull(strategy, "strategy: null (expected: a Strategy)");
        Objects.requireNonNull(budget, "budget: null (expected: a Budget)");
        return supervision(template.supervision.with(strategy, budget));
    }

    /**
     * This specification with interceptors around what this actor, and not its children, is sent and handles; inside those
     * that it has already, and those of its supervisors and its system.
     */
    public ActorSpec<M> intercept(Interceptor... interceptors) {
        return with(template.with(template.interception.own(interceptors)));
    }

    /** This specification with interceptors around all actors below this one. */
    ActorSpec<M> interceptBelow(Interceptor... interceptors) {
        return with(template.with(template.interception.below(interceptors)));
    }

    ActorSpec<M> lifecycle(LifecycleSettings lifecycle) {
        Template<M> t = template;
        return with(new Template<>(
                t.factory,
                t.mailbox,
                t.restart,
                t.placement,
                t.stash,
                lifecycle,
                t.supervision,
                t.interception,
                t.type));
    }

    ActorSpec<M> supervision(SupervisionSettings supervision) {
        Template<M> t = template;
        return with(new Template<>(
                t.factory,
                t.mailbox,
                t.restart,
                t.placement,
                t.stash,
                t.lifecycle,
                supervision,
                t.interception,
                t.type));
    }

    private ActorSpec<M> with(Template<M> template) {
        return new ActorSpec<>(name, template);
    }

    @Override
    ActorSpec<M> asActor() {
        return this;
    }

    /** The name; null for an actor without one. */
    public @Nullable String name() {
        return name;
    }

    Template<M> template() {
        return template;
    }

    static String checkName(String name) {
        return checkName("name", name);
    }

    private static String checkName(String field, String name) {
        boolean legal = name != null && !name.isEmpty() && name.length() <= MAX_NAME;
        for (int i = 0; legal && i < name.length(); i++) {
            char c = name.charAt(i);
            legal = Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.' || c == '~';
        }
        if (!legal) {
            String shown = name == null ? "null" : '"' + name + '"';
            throw new IllegalArgumentException(
                    field + ": " + shown + " (expected: 1 to " + MAX_NAME + " letters, digits and - _ . ~)");
        }
        return name;
    }
}
