package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.MessageStats;
import org.junit.jupiter.api.Test;

/** One failure for all that is broken; {@link BastionExtensionTest} shows how each is found. */
@BastionTest
class PromisesTest {
    @Test
    void allThatIsBroken_isToldAtOnce(TestKit kit) {
        Promises promises = new Promises(kit);
        promises.checkConserved("at rest", new MessageStats(4, 1, 1, 1, 0, 0, 0));
        IllegalStateException error = new IllegalStateException("wanted");
        promises.checkEnded(() -> {
            throw error;
        });
        assertThatThrownBy(() -> promises.verify("; a hint"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("broken promises:"
                        + "\n - accepted: 4 (expected: 3 = 1 handled + 1 failed + 1 dropped + 0 dead letters + 0 queued)"
                        + " at rest"
                        + "\n - wanted; a hint")
                .hasSuppressedException(error);
    }

    @Test
    void systemThatDoesNotEnd_isFound(TestKit kit) {
        Promises promises = new Promises(kit);
        promises.checkEnded(() -> false);
        assertThatThrownBy(() -> promises.verify(""))
                .hasMessage("broken promises:\n - system: has actors (expected: none within 10 s of its stop)");
    }

    @Test
    void systemThatKeepsThem_passes(TestKit kit) {
        Promises promises = new Promises(kit);
        promises.checkAtRest();
        promises.checkConserved("at the end", new MessageStats(1, 1, 0, 0, 0, 0, 9));
        assertThatCode(() -> promises.verify("")).doesNotThrowAnyException();
    }
}
