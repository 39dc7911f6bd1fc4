package io.bastion.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorSystem;
import io.bastion.actor.Interceptor;
import io.bastion.cluster.Cluster;
import io.bastion.cluster.endpoint.RSocketEndpoint;
import io.bastion.observability.BastionMetrics;
import io.bastion.observability.ClusterMetrics;
import io.bastion.observability.observer.ObserverHandler;
import io.bastion.observability.tracing.ActorTracing;
import io.bastion.observability.tracing.RestartTracingObservationHandler;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.ClassUtils;

/** Each optional dependency is missed by nobody who does not use it, and used where it is there. */
class OptionalDependenciesTest {
    private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(all()))
            .withPropertyValues("bastion.workers=1")
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .withBean(ObservationRegistry.class, ObservationRegistry::create)
            .withBean(Tracer.class, () -> Tracer.NOOP);

    /** All auto-configurations of the starter, as they are listed. */
    private static Class<?>[] all() {
        ClassLoader loader = OptionalDependenciesTest.class.getClassLoader();
        return ImportCandidates.load(AutoConfiguration.class, loader).getCandidates().stream()
                .filter(name -> name.startsWith("io.bastion."))
                .map(name -> ClassUtils.resolveClassName(name, loader))
                .toArray(Class<?>[]::new);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.bastion.bridge",
                "io.bastion.cluster",
                "io.bastion.observability",
                "io.micrometer.core",
                "io.micrometer.observation",
                "io.micrometer.tracing",
                "io.rsocket",
                "org.springframework.boot.actuate",
                "org.springframework.boot.health",
                "org.springframework.boot.rsocket",
                "org.springframework.web.reactive",
                "tools.jackson"
            })
    void application_withoutADependency_starts(String missing) {
        runner.withClassLoader(new FilteredClassLoader(missing))
                .withPropertyValues(
                        "bastion.tracing.enabled=true",
                        "bastion.observer.enabled=true",
                        "bastion.cluster.enabled=false")
                .withInitializer(context -> {
                    // the runner's own beans are of classes that are missing
                    if (missing.startsWith("io.micrometer")
                            && context
                                    instanceof
                                    org.springframework.beans.factory.support.BeanDefinitionRegistry registry) {
                        for (String bean : registry.getBeanDefinitionNames()) {
                            if (bean.endsWith("Registry") || bean.equals("tracer")) {
                                registry.removeBeanDefinition(bean);
                            }
                        }
                    }
                })
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(ActorSystem.class));
    }

    @Test
    void metrics_withARegistry_areThereUnlessDisabled() {
        runner.run(context -> {
            assertThat(context).hasSingleBean(BastionMetrics.class).doesNotHaveBean(ClusterMetrics.class);
        });
        runner.withPropertyValues("bastion.metrics.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(BastionMetrics.class));
        runner.withClassLoader(new FilteredClassLoader(BastionMetrics.class))
                .run(context -> assertThat(context).doesNotHaveBean("bastionMetrics"));
    }

    @Test
    void tracing_thatIsEnabled_isAnInterceptorOfTheSystem() {
        runner.run(context -> assertThat(context).doesNotHaveBean(ActorTracing.class));
        runner.withPropertyValues("bastion.tracing.enabled=true")
                .run(context -> assertThat(context)
                        .hasSingleBean(ActorTracing.class)
                        .hasSingleBean(RestartTracingObservationHandler.class));
        runner.withPropertyValues("bastion.tracing.enabled=true")
                .withClassLoader(new FilteredClassLoader(Tracer.class))
                .run(context ->
                        assertThat(context.containsBean("restartTracing")).isFalse());
    }

    @Test
    void tracing_isAroundTheApplicationsInterceptors_butForThoseThatWantToBeAroundIt() {
        runner.withPropertyValues("bastion.tracing.enabled=true")
                .withUserConfiguration(Interceptors.class)
                .run(context -> assertThat(
                                context.getBeanProvider(Interceptor.class).orderedStream())
                        .containsExactly(
                                context.getBean("outer", Interceptor.class),
                                context.getBean(ActorTracing.class),
                                context.getBean("first", Interceptor.class),
                                context.getBean("any", Interceptor.class)));
    }

    @Configuration(proxyBeanMethods = false)
    static class Interceptors {
        @Bean
        Interceptor any() {
            return new Interceptor() {};
        }

        @Bean
        @Order(0)
        Interceptor first() {
            return new Interceptor() {};
        }

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        Interceptor outer() {
            return new Interceptor() {};
        }
    }

    @Test
    void observer_isOffUnlessEnabled() {
        ReactiveWebApplicationContextRunner web = runner.withConfiguration(AutoConfigurations.of(
                WebFluxAutoConfiguration.class, HttpHandlerAutoConfiguration.class, CodecsAutoConfiguration.class));
        web.run(context -> assertThat(context).doesNotHaveBean(ObserverHandler.class));
        web.withPropertyValues("bastion.observer.enabled=true")
                .run(context -> assertThat(context).hasSingleBean(ObserverHandler.class));
        web.withPropertyValues("bastion.observer.enabled=true", "bastion.observer.user=me")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("user and password: one without the other (expected: both, or none)"));
    }

    @Test
    void cluster_thatIsEnabled_isJoinedAndLeftWithTheContext() {
        runner.run(context -> assertThat(context).doesNotHaveBean(Cluster.class));
        Cluster[] cluster = new Cluster[1];
        runner.withPropertyValues(
                        "bastion.cluster.enabled=true", "bastion.cluster.name=shops", "bastion.cluster.node-name=first")
                .run(context -> {
                    assertThat(context).hasSingleBean(Cluster.class).hasSingleBean(ClusterMetrics.class);
                    cluster[0] = context.getBean(Cluster.class);
                    assertThat(cluster[0].self().name()).isEqualTo("first");
                    assertThat(context.getBean(ActorSystem.class).name()).isEqualTo("application");
                });
        cluster[0].whenClosed().block(java.time.Duration.ofSeconds(10));
        runner.withPropertyValues("bastion.cluster.enabled=true", "bastion.cluster.minimum-quorum=0")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("bastion.cluster: minimumQuorum: 0 (expected: > 0)"));
        runner.run(context -> assertThat(context).doesNotHaveBean(RSocketEndpoint.class));
    }
}
