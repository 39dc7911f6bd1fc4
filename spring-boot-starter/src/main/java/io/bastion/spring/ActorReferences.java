package io.bastion.spring;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;

/** Adds a bean of the reference to each bean that describes an actor: of its name with {@code Ref} added, and qualified by its name. */
final class ActorReferences implements BeanDefinitionRegistryPostProcessor {
    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        ConfigurableListableBeanFactory beans = (ConfigurableListableBeanFactory) registry;
        for (String bean : registry.getBeanDefinitionNames()) {
            if (registry.containsBeanDefinition(bean + "Ref")) {
                continue; // also when the application has been processed ahead of time
            }
            if (beans.findAnnotationOnBean(bean, Actor.class, false) != null) {
                register(registry, bean, messages(bean, beans.getType(bean, false)));
            } else if (beans.isTypeMatch(bean, ActorSpec.class)) {
                RootBeanDefinition definition = (RootBeanDefinition) beans.getMergedBeanDefinition(bean);
                register(
                        registry,
                        bean,
                        definition.getResolvableType().as(ActorSpec.class).getGeneric(0));
            }
        }
    }

    private static ResolvableType messages(String bean, @org.jspecify.annotations.Nullable Class<?> type) {
        if (type == null || !Behavior.class.isAssignableFrom(type)) {
            throw new InvalidSettingException(
                    "@Actor of bean '" + bean + "'", type + " (expected: a class that implements a shape of Behavior)");
        }
        return ResolvableType.forClass(type).as(Behavior.class).getGeneric(0);
    }

    private static void register(BeanDefinitionRegistry registry, String bean, ResolvableType messages) {
        RootBeanDefinition reference = new RootBeanDefinition(ActorRef.class);
        reference.setTargetType(ResolvableType.forClassWithGenerics(ActorRef.class, messages));
        reference.setFactoryBeanName(BeanActors.BEAN_NAME);
        reference.setFactoryMethodName("reference");
        reference.getConstructorArgumentValues().addIndexedArgumentValue(0, bean);
        reference.addQualifier(new AutowireCandidateQualifier(Qualifier.class, bean));
        reference.setRole(BeanDefinition.ROLE_APPLICATION);
        reference.setDestroyMethodName("");
        registry.registerBeanDefinition(bean + "Ref", reference);
    }
}
