package io.bastion.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorSpec;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.core.io.support.SpringFactoriesLoader;

class FailureAnalysisTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(BastionAutoConfiguration.class))
            .withPropertyValues("bastion.workers=1");

    @Actor("broken")
    static final class Broken implements Behavior.Receive<String> {
        Broken() {
            throw new IllegalStateException("no connection");
        }

        @Override
        public void receive(ActorContext<String> context, String message) {}
    }

    @Test
    void failure_ofAnActorToStart_isSaidWithItsPathAndItsCause() {
        runner.withUserConfiguration(Broken.class).run(context -> {
            FailureAnalysis analysis = analyze(Objects.requireNonNull(context.getStartupFailure()));
            assertThat(analysis.getDescription())
                    .contains("bastion://application/app/broken", "java.lang.IllegalStateException: no connection");
            assertThat(analysis.getAction()).contains("retry-start");
        });
    }

    @Test
    void failure_ofASetting_isSaidWithWhatWasExpected() {
        runner.withPropertyValues("bastion.name=my shop").run(context -> {
            FailureAnalysis analysis = analyze(Objects.requireNonNull(context.getStartupFailure()));
            assertThat(analysis.getDescription())
                    .contains("bastion: name: \"my shop\" (expected: 1 to 255 letters, digits and - _ . ~)");
            assertThat(analysis.getAction()).contains("'bastion'");
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class PrototypeOfASupervisor {
        @Bean
        @Scope("prototype")
        SupervisorSpec outer() {
            return SupervisorSpec.named("outer");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrototypeOfAGroup {
        @Bean
        @Scope("prototype")
        GroupSpec<String> outer() {
            return GroupSpec.of("outer", 1, ActorSpec.anonymous(() -> Behavior.receive((context, message) -> {})));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrototypeOfAnActor {
        @Bean
        @Scope("prototype")
        ActorSpec<String> outer() {
            return ActorSpec.of("outer", () -> Behavior.receive((context, message) -> {}));
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {PrototypeOfASupervisor.class, PrototypeOfAGroup.class, PrototypeOfAnActor.class})
    void specification_thatIsAnotherEachTime_isRefused(Class<?> configuration) {
        runner.withUserConfiguration(configuration).run(context -> {
            FailureAnalysis analysis = analyze(Objects.requireNonNull(context.getStartupFailure()));
            assertThat(analysis.getDescription())
                    .contains("scope of bean 'outer': prototype (expected: singleton, for what describes an actor)");
        });
    }

    /** By the analyzers that Spring Boot finds, of which those of the starter need no bean factory. */
    private static FailureAnalysis analyze(Throwable failure) {
        for (FailureAnalyzer analyzer : SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, SpringFactoriesLoader.FailureHandler.handleMessage((message, e) -> {}))) {
            if (analyzer.getClass().getName().startsWith("io.bastion.")) {
                FailureAnalysis analysis = analyzer.analyze(failure);
                if (analysis != null) {
                    return analysis;
                }
            }
        }
        throw new AssertionError("no analysis of " + failure);
    }
}
