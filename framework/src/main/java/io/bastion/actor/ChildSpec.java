package io.bastion.actor;

/**
 * The description of a child of a supervisor: an actor, a group of them, or another supervisor. Immutable.
 */
public abstract sealed class ChildSpec permits ActorSpec, SupervisorSpec, GroupSpec {
    ChildSpec() {}

    /** What is started. */
    abstract ActorSpec<?> asActor();
}
