package io.bastion.spring;

import io.bastion.actor.ActorSystem;
import io.bastion.actor.Interceptor;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import reactor.core.publisher.Mono;

/** Auto-configuration of an actor system, and of actors that are beans. */
@AutoConfiguration(after = LifecycleAutoConfiguration.class)
@EnableConfigurationProperties(BastionProperties.class)
@ImportRuntimeHints(BastionRuntimeHints.class)
public final class BastionAutoConfiguration {
    /** The phase of the lifecycle in which actors are started, before web servers are, and stopped, after them. */
    public static final int ACTORS_PHASE = BastionLifecycle.PHASE;

    private static final String DEFAULT_NAME = "application";

    BastionAutoConfiguration() {}

    @Bean(destroyMethod = "") // the lifecycle ends it
    @ConditionalOnMissingBean
    ActorSystem actorSystem(
            BastionProperties properties,
            Environment environment,
            ObjectProvider<Interceptor> interceptors,
            ObjectProvider<ActorSystemCustomizer> customizers) {
        return InvalidSettingException.checking("bastion", () -> {
            ActorSystem.Builder builder = ActorSystem.builder(name(properties, environment))
                    .strategy(properties.root().strategy())
                    .budget(properties.root().budget())
                    .intercept(interceptors.orderedStream().toArray(Interceptor[]::new));
            if (properties.workers() != null) {
                builder.workers(properties.workers());
            }
            if (properties.superviseFatalErrors()) {
                builder.superviseFatalErrors();
            }
            customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
            return builder.build();
        });
    }

    private static String name(BastionProperties properties, Environment environment) {
        if (properties.name() != null) {
            return properties.name();
        }
        String application = environment.getProperty("spring.application.name", "");
        String name = application.trim().replaceAll("[^\\p{L}\\p{Nd}\\-_.~]", "-");
        return name.isEmpty() ? DEFAULT_NAME : name;
    }

    @Bean(BeanActors.BEAN_NAME)
    static BeanActors bastionBeanActors(ConfigurableListableBeanFactory beans, BastionProperties properties) {
        return new BeanActors(beans, properties);
    }

    @Bean
    static ActorReferences bastionActorReferences() {
        return new ActorReferences();
    }

    @Bean
    @ConditionalOnMissingBean
    ActorWait bastionActorWait() {
        return Mono::block;
    }

    @Bean
    TreeHealth bastionTreeHealth(ActorSystem system, BeanActors actors) {
        return new TreeHealth(system, actors);
    }

    @Bean
    BastionLifecycle bastionLifecycle(
            ActorSystem system,
            BeanActors actors,
            ActorWait wait,
            BastionProperties properties,
            ApplicationEventPublisher events,
            ObjectProvider<LifecycleProperties> lifecycle) {
        Duration phase = lifecycle.getIfAvailable(LifecycleProperties::new).getTimeoutPerShutdownPhase();
        return new BastionLifecycle(
                system, actors, wait, BastionLifecycle.shutdownTimeout(properties.shutdownTimeout(), phase), events);
    }
}
