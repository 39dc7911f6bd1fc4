package io.bastion.spring;

import io.bastion.actor.Behavior;
import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Restart;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.annotation.Scope;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

/**
 * A class that is the behavior of an actor: it implements one of the shapes of {@link Behavior}, and is found as any component is.
 *
 * <p>Every incarnation of the actor is a new bean, with its dependencies injected and its initialisation callbacks called on the
 * actor's worker; a failure of either is a failed start. The bean is destroyed when its incarnation has ended. The actor is started
 * when the application context is complete, before web servers are, and stopped after them.
 *
 * <p>Other beans have its {@code ActorRef} injected, by the type of its messages, and if that is not unique by
 * {@code @Qualifier} with the name of the actor. What the attributes say may be said otherwise with the properties
 * {@code bastion.actors.<name>.*}.
 */
@Documented
@Component
@Retention(RetentionPolicy.RUNTIME)
@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
@Target(ElementType.TYPE)
public @interface Actor {
    /** The supervisor of actors that name none. */
    String DEFAULT_SUPERVISOR = "app";

    /** The name of the actor and of the bean; that of the class, beginning with a small letter, by default. */
    @AliasFor(annotation = Component.class)
    String value() default "";

    /** The name of the supervisor, whose settings are {@code bastion.supervisors.<name>.*}. */
    String supervisor() default DEFAULT_SUPERVISOR;

    /** When there is a new incarnation after one that has ended. */
    Restart.Type restart() default Restart.Type.TRANSIENT;

    /** Messages that may wait. */
    int mailbox() default Mailbox.DEFAULT_CAPACITY;
}
