package io.bastion.spring.test;

import io.bastion.testkit.TestKit;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.PropertyMapping;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of an application's actors, and of nothing else of it: of components those with {@link io.bastion.spring.Actor} are there.
 * What they depend on the test brings itself, as with {@code @MockitoBean} or {@code @Import}.
 *
 * <p>The actor system is that of a {@link TestKit}, which can be injected, as can {@link io.bastion.testkit.VirtualTime} and
 * every {@code ActorRef}. Its time stands still until the test moves it on, and its order is drawn from a seed. Each test has a
 * context of its own, and the system is held to its promises after each, as by {@link io.bastion.testkit.BastionTest}.
 */
@BootstrapWith(ActorTestContextBootstrapper.class)
@DirtiesContext(classMode = DirtiesContext.ClassMode.AFTER_EACH_TEST_METHOD)
@Documented
@ExtendWith(SpringExtension.class)
@ImportAutoConfiguration
@Inherited
@OverrideAutoConfiguration(enabled = false)
@PropertyMapping("bastion.test")
@ResourceLock("io.bastion.testkit")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Timeout(60)
@TypeExcludeFilters(ActorTypeExcludeFilter.class)
public @interface ActorTest {
    /** A seed that is different each time. */
    long ANY_SEED = Long.MIN_VALUE;

    /** Whether the actors run one at a time, in an order that is drawn from a seed, and not on workers. */
    boolean deterministic() default true;

    /** The seed of the order, {@link #ANY_SEED} by default; with {@code -Dbastion.seed} it is that one. */
    long seed() default ANY_SEED;

    /** Properties of the application, as {@code key=value}. */
    @PropertyMapping(skip = PropertyMapping.Skip.YES)
    String[] properties() default {};

    /** Whether the actors are there without a filter that says so. */
    @PropertyMapping(skip = PropertyMapping.Skip.YES)
    boolean useDefaultFilters() default true;

    /** Components that are there besides. */
    @PropertyMapping(skip = PropertyMapping.Skip.YES)
    Filter[] includeFilters() default {};

    /** Components that are not there. */
    @PropertyMapping(skip = PropertyMapping.Skip.YES)
    Filter[] excludeFilters() default {};

    /** Auto-configurations that are not there. */
    @AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
    @PropertyMapping(skip = PropertyMapping.Skip.YES)
    Class<?>[] excludeAutoConfiguration() default {};
}
