package io.bastion.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.bastion.actor.ActorRef;
import io.bastion.spring.test.DoorApplication.DoorMessage;
import io.bastion.spring.test.DoorApplication.Doorman;
import io.bastion.spring.test.DoorApplication.Open;
import io.bastion.testkit.TestKit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import reactor.core.publisher.Hooks;

class PromisesTest {
    static final class Polite implements Doorman {
        @Override
        public String greeting() {
            return "come in";
        }
    }

    /** Run by the tests below only. */
    @ActorTest(seed = 7)
    @EnabledIfSystemProperty(named = "io.bastion.spring.test.inner", matches = "true")
    @Import(Polite.class)
    static class Leaking {
        @Test
        void leavesAHook(@Autowired ActorRef<DoorMessage> door, @Autowired TestKit kit) {
            door.tell(new Open(kit.<String>probe().ref()));
            Hooks.onNextDropped(dropped -> {});
        }

        @Test
        void fails() {
            assertThat(1).isEqualTo(2);
        }
    }

    @Test
    void promise_thatIsBroken_failsTheTestAndAFailureTellsItsSeed() {
        System.setProperty("io.bastion.spring.test.inner", "true");
        try {
            Events tests = EngineTestKit.engine("junit-jupiter")
                    .selectors(selectClass(Leaking.class))
                    .execute()
                    .testEvents();
            List<Throwable> failures = tests.failed().stream()
                    .map(event -> event.getRequiredPayload(org.junit.platform.engine.TestExecutionResult.class))
                    .map(result -> result.getThrowable().orElseThrow())
                    .toList();
            assertThat(failures).hasSize(2);
            assertThat(failures).anySatisfy(e -> assertThat(e).hasStackTraceContaining("hook"));
            assertThat(failures).anySatisfy(e -> assertThat(e).hasStackTraceContaining("replay with -Dbastion.seed=7"));
        } finally {
            System.clearProperty("io.bastion.spring.test.inner");
        }
    }
}
