package io.bastion.spring.test;

import io.bastion.testkit.TestKit;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/**
 * Ends the system after each test, before its context is closed, and holds it to its promises. A test that has failed tells the seed
 * with which it does so again.
 */
final class PromisesListener implements TestExecutionListener, Ordered {
    /** After a test listeners are called in reverse order: before the one that closes contexts, whose order is 3000. */
    private static final int ORDER = 3500;

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public void afterTestMethod(TestContext test) {
        if (!test.hasApplicationContext()
                || !AnnotatedElementUtils.hasAnnotation(test.getTestClass(), ActorTest.class)) {
            return;
        }
        ApplicationContext context = test.getApplicationContext();
        TestKit kit = context.getBean(TestKit.class);
        Throwable failure = test.getTestException();
        if (failure == null) {
            kit.close();
            return;
        }
        kit.seed().ifPresent(seed -> failure.addSuppressed(new AssertionError("replay with -Dbastion.seed=" + seed)));
        try {
            kit.close();
        } catch (AssertionError e) {
            failure.addSuppressed(e);
        }
    }
}
