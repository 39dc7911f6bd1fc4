package io.bastion.spring;

import io.bastion.actor.ActorSystem;

/** Changes settings of the actor system before it is made; a bean of this type is called, in the order of several. */
@FunctionalInterface
public interface ActorSystemCustomizer {
    /** Changes what the properties {@code bastion.*} have set. */
    void customize(ActorSystem.Builder builder);
}
