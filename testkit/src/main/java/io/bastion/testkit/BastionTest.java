package io.bastion.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Gives each test of a class an actor system of its own, and holds it to its promises after the test; see
 * {@link BastionExtension}. On a method it counts for that method, before the one on the class.
 *
 * <p>A test that hangs is interrupted after a minute, unless it says otherwise with {@code @Timeout}. Tests that run in
 * parallel take turns, since Reactor's hooks are global.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(BastionExtension.class)
@ResourceLock("io.bastion.testkit")
@Timeout(60)
public @interface BastionTest {
    /** A seed that is different each time. */
    long ANY_SEED = Long.MIN_VALUE;

    /** Whether the system runs on a {@link DeterministicScheduler}, and not on workers of its own. */
    boolean deterministic() default true;

    /** The seed of the order, {@link #ANY_SEED} by default; with {@code -Dbastion.seed} it is that one. */
    long seed() default ANY_SEED;

    /** How many workers there are, if the system is not deterministic. */
    int workers() default 2;
}
