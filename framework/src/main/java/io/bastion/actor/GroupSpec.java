package io.bastion.actor;

import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The description of a group: several actors of one specification behind one name, Bastion's children group. Immutable; each
 * method returns a changed copy.
 *
 * <p>Its members are called 1, 2 and so on. They are restarted one for one, and stopped all at a time. They are reached through
 * {@link ActorSystem#distributor}.
 *
 * <p>Defaults: {@link Dispatcher#roundRobin()}, as many members as it begins with, {@link Budget#DEFAULT} for all members, itself
 * {@link Restart#transientOnFailure()}.
 *
 * @param <M> the members' messages
 */
public final class GroupSpec<M> extends ChildSpec {
    private final ActorSpec<Object> actor;
    private final ActorSpec<M> member;

    private GroupSpec(ActorSpec<Object> actor, ActorSpec<M> member) {
        this.actor = actor;
        this.member = member;
    }

    /**
     * A group.
     *
     * @param name unique among its siblings, and among the groups of its system: 1 to 255 letters, digits and
     *     {@code - _ . ~}
     * @param redundancy number of members, at least 1
     * @param member what they are; its name does not count
     */
    public static <M> GroupSpec<M> of(String name, int redundancy, ActorSpec<M> member) {
        Objects.requireNonNull(member, "member: null (expected: an ActorSpec)");
        return new GroupSpec<>(SupervisorSpec.ofKind(TreeNode.Kind.GROUP, name), member)
                .with(new GroupSettings(Dispatcher.roundRobin(), null))
                .redundancy(redundancy);
    }

    /** This group with another number of members; those that it begins with, if it has a resizer. */
    public GroupSpec<M> redundancy(int members) {
        if (members < 1) {
            throw new IllegalArgumentException("redundancy: " + members + " (expected: >= 1)");
        }
        checkBounds(members, group().resizer());
        List<ActorSpec<?>> children = new ArrayList<>(members);
        for (int i = 1; i <= members; i++) {
            children.add(member.named(Integer.toString(i)));
        }
        SupervisionSettings s = settings();
        return with(new SupervisionSettings(
                s.kind(), s.strategy(), s.budget(), s.directives(), s.autoShutdown(), children, s.group()));
    }

    /** This group with another rule by which the member for a message is chosen. */
    @SuppressWarnings("unchecked") // it sees messages of the group only
    public GroupSpec<M> dispatcher(Dispatcher<? super M> dispatcher) {
        Objects.requireNonNull(dispatcher, "dispatcher: null (expected: a Dispatcher)");
        return with(new GroupSettings((Dispatcher<Object>) dispatcher, group().resizer()));
    }

    /**
     * This group with a number of members that follows the load.
     *
     * @throws IllegalArgumentException if it begins with a number out of the resizer's bounds
     */
    public GroupSpec<M> resizer(Resizer resizer) {
        Objects.requireNonNull(resizer, "resizer: null (expected: a Resizer)");
        checkBounds(settings().children().size(), resizer);
        return with(new GroupSettings(group().dispatcher(), resizer));
    }

    private static void checkBounds(int members, @Nullable Resizer resizer) {
        if (resizer != null) {
            Resizer.Settings r = resizer.settings();
            if (members < r.lower() || members > r.upper()) {
                throw new IllegalArgumentException("redundancy: " + members + " (expected: " + r.lower() + " to "
                        + r.upper() + ", the bounds of the resizer)");
            }
        }
    }

    /** This group with at most so many restarts of its members within a sliding window. */
    public GroupSpec<M> budget(int maxRestarts, Duration window) {
        return budget(Budget.of(maxRestarts, window));
    }

    /** This group with another budget of restarts. */
    public GroupSpec<M> budget(Budget budget) {
        Objects.requireNonNull(budget, "budget: null (expected: a Budget)");
        SupervisionSettings s = settings();
        return with(s.with(s.strategy(), budget));
    }

    /** This group with another policy for its own restart. */
    public GroupSpec<M> restart(Restart restart) {
        return new GroupSpec<>(actor.restart(restart), member);
    }

    /** This group with hooks around its incarnations. */
    public GroupSpec<M> callbacks(Callbacks callbacks) {
        return new GroupSpec<>(actor.callbacks(callbacks), member);
    }

    /** This group with interceptors around what its members, and all actors below them, are sent and handle. */
    public GroupSpec<M> intercept(Interceptor... interceptors) {
        return new GroupSpec<>(actor.interceptBelow(interceptors), member);
    }

    /** The name, by which its {@link ActorSystem#distributor} finds it. */
    public String name() {
        return Objects.requireNonNull(actor.name());
    }

    private SupervisionSettings settings() {
        return actor.template().supervision();
    }

    private GroupSettings group() {
        return Objects.requireNonNull(settings().group());
    }

    private GroupSpec<M> with(GroupSettings group) {
        SupervisionSettings s = settings();
        return with(new SupervisionSettings(
                s.kind(), s.strategy(), s.budget(), s.directives(), s.autoShutdown(), s.children(), group));
    }

    private GroupSpec<M> with(SupervisionSettings settings) {
        return new GroupSpec<>(actor.supervision(settings), member);
    }

    @Override
    ActorSpec<Object> asActor() {
        return actor;
    }
}
