package io.bastion.testkit;

import io.bastion.actor.ActorSystem;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives each test a {@link TestKit}, and closes it after the test: see there for what the system is held to. After a test
 * that has failed nothing is checked, but the kit is cleared away, and the seed is told with which the test fails again.
 *
 * <p>Methods of the test, also those before and after each, may have parameters of the types {@link TestKit},
 * {@link ActorSystem}, {@link VirtualTime} and {@link DeterministicScheduler}. Settings are in {@link BastionTest}.
 */
public final class BastionExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(BastionExtension.class);

    /** Made by JUnit. */
    public BastionExtension() {}

    @Override
    public void beforeEach(ExtensionContext context) {
        store(context).put(TestKit.class, newKit(settings(context)));
    }

    private static TestKit newKit(Optional<BastionTest> settings) {
        if (settings.isEmpty()) {
            return TestKit.deterministic();
        }
        BastionTest s = settings.get();
        if (!s.deterministic()) {
            return TestKit.concurrent(s.workers());
        }
        return s.seed() == BastionTest.ANY_SEED ? TestKit.deterministic() : TestKit.deterministic(s.seed());
    }

    /** The annotation of the test, of its class, or of a class around that. */
    private static Optional<BastionTest> settings(ExtensionContext context) {
        Optional<BastionTest> found = AnnotationSupport.findAnnotation(context.getTestMethod(), BastionTest.class);
        for (Class<?> c = context.getRequiredTestClass(); c != null && found.isEmpty(); c = c.getEnclosingClass()) {
            found = AnnotationSupport.findAnnotation(c, BastionTest.class);
        }
        return found;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        TestKit kit = store(context).remove(TestKit.class, TestKit.class);
        if (kit == null) {
            return;
        }
        Optional<Throwable> failure = context.getExecutionException();
        if (failure.isEmpty()) {
            kit.close();
            return;
        }
        kit.seed().ifPresent(seed -> {
            System.out.println(context.getDisplayName() + ": " + Seed.replay(seed));
            failure.get().addSuppressed(new ReplayNote(seed));
        });
        kit.abandon();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return context.getTestMethod().isPresent()
                && (type == TestKit.class
                        || type == ActorSystem.class
                        || type == VirtualTime.class
                        || type == DeterministicScheduler.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        TestKit kit = store(context).get(TestKit.class, TestKit.class);
        Class<?> type = parameter.getParameter().getType();
        if (kit == null) {
            throw new ParameterResolutionException(type.getSimpleName() + ": in " + parameter.getDeclaringExecutable()
                    + " (expected: in a test method, or one before or after each)");
        }
        if (type == TestKit.class) {
            return kit;
        }
        if (type == ActorSystem.class) {
            return kit.system();
        }
        if (type == VirtualTime.class) {
            return kit.time();
        }
        if (kit.scheduler() instanceof DeterministicScheduler scheduler) {
            return scheduler;
        }
        throw new ParameterResolutionException(
                "scheduler: " + kit.scheduler() + " (expected: @BastionTest with deterministic = true)");
    }

    private static ExtensionContext.Store store(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }

    /** Tells with the failure of a test how to get it again; has no stack trace to say anything else. */
    @SuppressWarnings("OverrideThrowableToString") // the name of the class would say nothing to who reads it
    private static final class ReplayNote extends Throwable {
        private static final long serialVersionUID = 1L;

        ReplayNote(long seed) {
            super(Seed.replay(seed), null, false, false);
        }

        @Override
        public String toString() {
            return String.valueOf(getMessage());
        }
    }
}
