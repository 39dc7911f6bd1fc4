package io.bastion.spring;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.ConstructorArgumentValues;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;

/**
 * Adds a bean of the reference to each bean that describes an actor, a supervisor or a group: of its name with {@code Ref} added, and
 * qualified by its name.
 */
final class ActorReferences implements BeanDefinitionRegistryPostProcessor {
    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        ConfigurableListableBeanFactory beans = (ConfigurableListableBeanFactory) registry;
        for (String bean : registry.getBeanDefinitionNames()) {
            if (registry.containsBeanDefinition(bean + "Ref")) {
                continue; // also when the application has been processed ahead of time
            }
            if (beans.findAnnotationOnBean(bean, Actor.class, false) != null) {
                registerActor(registry, bean, messages(bean, beans.getType(bean, false)));
            } else if (beans.isTypeMatch(bean, ActorSpec.class)) {
                checkSingle(beans, bean);
                registerActor(registry, bean, messages(beans, bean, ActorSpec.class));
            } else if (beans.isTypeMatch(bean, GroupSpec.class)) {
                checkSingle(beans, bean);
                ResolvableType messages = messages(beans, bean, GroupSpec.class);
                ResolvableType type = ResolvableType.forClassWithGenerics(Distributor.class, messages);
                register(registry, bean, type, "distributor")
                        .addIndexedArgumentValue(1, messages.resolve(Object.class));
            } else if (beans.isTypeMatch(bean, SupervisorSpec.class)) {
                checkSingle(beans, bean);
                register(registry, bean, ResolvableType.forClass(SupervisorRef.class), "supervisor");
            }
        }
    }

    /** Of several specifications from one definition it could not be said which the reference belongs to. */
    private static void checkSingle(ConfigurableListableBeanFactory beans, String bean) {
        BeanDefinition definition = beans.getMergedBeanDefinition(bean);
        if (!definition.isSingleton()) {
            throw new InvalidSettingException(
                    "scope of bean '" + bean + "'",
                    definition.getScope() + " (expected: singleton, for what describes an actor)");
        }
    }

    private static ResolvableType messages(ConfigurableListableBeanFactory beans, String bean, Class<?> specification) {
        RootBeanDefinition definition = (RootBeanDefinition) beans.getMergedBeanDefinition(bean);
        return definition.getResolvableType().as(specification).getGeneric(0);
    }

    private static ResolvableType messages(String bean, @org.jspecify.annotations.Nullable Class<?> type) {
        if (type == null || !Behavior.class.isAssignableFrom(type)) {
            throw new InvalidSettingException(
                    "@Actor of bean '" + bean + "'", type + " (expected: a class that implements a shape of Behavior)");
        }
        return ResolvableType.forClass(type).as(Behavior.class).getGeneric(0);
    }

    private static void registerActor(BeanDefinitionRegistry registry, String bean, ResolvableType messages) {
        register(registry, bean, ResolvableType.forClassWithGenerics(ActorRef.class, messages), "reference");
    }

    /** Adds the bean that a method of {@link BeanActors} makes; returns the arguments of the method, of which the name is the first. */
    private static ConstructorArgumentValues register(
            BeanDefinitionRegistry registry, String bean, ResolvableType type, String method) {
        RootBeanDefinition reference = new RootBeanDefinition(type.toClass());
        reference.setTargetType(type);
        reference.setFactoryBeanName(BeanActors.BEAN_NAME);
        reference.setFactoryMethodName(method);
        reference.getConstructorArgumentValues().addIndexedArgumentValue(0, bean);
        reference.addQualifier(new AutowireCandidateQualifier(Qualifier.class, bean));
        reference.setRole(BeanDefinition.ROLE_APPLICATION);
        reference.setDestroyMethodName("");
        registry.registerBeanDefinition(bean + "Ref", reference);
        return reference.getConstructorArgumentValues();
    }
}
