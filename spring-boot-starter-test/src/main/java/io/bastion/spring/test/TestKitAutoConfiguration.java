package io.bastion.spring.test;

import io.bastion.actor.ActorSystem;
import io.bastion.spring.ActorWait;
import io.bastion.spring.BastionAutoConfiguration;
import io.bastion.testkit.TestKit;
import io.bastion.testkit.VirtualTime;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Auto-configuration of the test kit whose system the actors run in; part of {@link ActorTest}. */
@AutoConfiguration(before = BastionAutoConfiguration.class)
public final class TestKitAutoConfiguration {
    /** Workers of a test that is not deterministic. */
    private static final int WORKERS = 2;

    TestKitAutoConfiguration() {}

    @Bean
    TestKit testKit(Environment settings) {
        long seed = settings.getProperty("bastion.test.seed", Long.class, ActorTest.ANY_SEED);
        if (!settings.getProperty("bastion.test.deterministic", Boolean.class, true)) {
            return TestKit.concurrent(WORKERS);
        }
        return seed == ActorTest.ANY_SEED ? TestKit.deterministic() : TestKit.deterministic(seed);
    }

    @Bean(destroyMethod = "") // the kit's
    ActorSystem actorSystem(TestKit kit) {
        return kit.system();
    }

    @Bean
    VirtualTime virtualTime(TestKit kit) {
        return kit.time();
    }

    @Bean
    ActorWait actorWait(TestKit kit) {
        return kit::result;
    }
}
