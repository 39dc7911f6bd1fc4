package io.bastion.spring;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TreeEvent;
import io.bastion.actor.TreeNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import reactor.core.publisher.Mono;

/**
 * The actors that are beans: starts them and knows their references.
 *
 * <p>First come beans of {@link SupervisorSpec} and {@link GroupSpec}, then the supervisors of the other actors in the order in which
 * they are first named, all in the order of the bean definitions, each when the one before has been started.
 */
final class BeanActors {
    static final String BEAN_NAME = "bastionBeanActors";

    private final ConfigurableListableBeanFactory beans;
    private final BastionProperties properties;
    private final Map<String, BeanRef<?>> references = new ConcurrentHashMap<>();
    private final Map<String, BeanSupervisor> supervisors = new ConcurrentHashMap<>();
    private final Map<String, BeanRef<?>> critical = new ConcurrentHashMap<>();

    BeanActors(ConfigurableListableBeanFactory beans, BastionProperties properties) {
        this.beans = beans;
        this.properties = properties;
    }

    /** An actor to be started. */
    private record Declared(String name, String supervisor, ActorSpec<?> spec, BeanRef<?> reference) {}

    /**
     * The reference of an actor, started or not.
     *
     * @param bean name of the bean that describes it
     */
    ActorRef<?> reference(String bean) {
        return ref(bean);
    }

    private BeanRef<?> ref(String bean) {
        return references.computeIfAbsent(bean, BeanRef::new);
    }

    /** The reference of a supervisor, started or not. */
    SupervisorRef supervisor(String bean) {
        return supervisorRef(bean);
    }

    private BeanSupervisor supervisorRef(String bean) {
        return supervisors.computeIfAbsent(bean, BeanSupervisor::new);
    }

    /** The address of a group, started or not. */
    Distributor<?> distributor(String bean, Class<?> messages) {
        return beans.getBean(ActorSystem.class)
                .distributor(beans.getBean(bean, GroupSpec.class).name(), messages);
    }

    /** The actors without which the application is not ready, by name. */
    Map<String, BeanRef<?>> critical() {
        return critical;
    }

    void start(ActorSystem system, ActorWait wait) {
        Map<String, List<Declared>> bySupervisor = new LinkedHashMap<>();
        for (Declared actor : declared()) {
            bySupervisor
                    .computeIfAbsent(actor.supervisor(), s -> new ArrayList<>())
                    .add(actor);
        }
        checkKnown("supervisors", properties.supervisors(), bySupervisor);
        Map<String, SupervisorSpec> specs = new LinkedHashMap<>();
        bySupervisor.forEach((name, actors) -> specs.put(name, supervisor(name, actors)));
        Map<SupervisorSpec, String> names = new IdentityHashMap<>();
        beans.getBeansOfType(SupervisorSpec.class).forEach((bean, spec) -> names.put(spec, bean));
        beans.getBeanProvider(SupervisorSpec.class).orderedStream().forEach(spec -> {
            SupervisorRef supervisor = system.supervise(spec);
            supervisorRef(names.getOrDefault(spec, "")).bind(supervisor);
            await(supervisor, wait);
        });
        beans.getBeanProvider(GroupSpec.class).orderedStream().forEach(spec -> await(system.supervise(spec), wait));
        specs.forEach((name, spec) -> {
            SupervisorRef supervisor = system.supervise(spec);
            Map<String, BeanRef<?>> below = new LinkedHashMap<>();
            for (Declared actor : Objects.requireNonNull(bySupervisor.get(name))) {
                below.put(supervisor.path() + '/' + actor.name(), actor.reference());
            }
            await(supervisor.path(), supervisor.whenStarted().then(bind(supervisor, below)), wait);
            follow(supervisor, below);
        });
    }

    private List<Declared> declared() {
        Map<String, Declared> all = new LinkedHashMap<>();
        for (String bean : beans.getBeanDefinitionNames()) {
            Declared actor = declared(bean);
            if (actor != null && all.putIfAbsent(actor.name(), actor) != null) {
                throw new InvalidSettingException(
                        "bean '" + bean + "'", "\"" + actor.name() + "\" (expected: no other actor with that name)");
            }
        }
        checkKnown("actors", properties.actors(), all);
        all.values().stream()
                .filter(actor -> settings(actor.name()).critical())
                .forEach(actor -> critical.put(actor.name(), actor.reference()));
        return List.copyOf(all.values());
    }

    private @Nullable Declared declared(String bean) {
        if (beans.isTypeMatch(bean, ActorSpec.class)) {
            ActorSpec<?> spec = beans.getBean(bean, ActorSpec.class);
            String name = spec.name();
            if (name == null) {
                throw new InvalidSettingException(
                        "bean '" + bean + "'", "without a name (expected: a named ActorSpec)");
            }
            return declare(name, Actor.DEFAULT_SUPERVISOR, spec, ref(bean));
        }
        Actor actor = beans.findAnnotationOnBean(bean, Actor.class, false);
        return actor == null ? null : declareBean(bean, actor, ref(bean));
    }

    private <M> Declared declareBean(String bean, Actor actor, BeanRef<M> reference) {
        ActorSpec<M> spec = InvalidSettingException.checking(
                "@Actor of bean '" + bean + "'", () -> new ActorBean<>(bean, reference, beans).spec(actor));
        return declare(bean, actor.supervisor(), spec, reference);
    }

    private Declared declare(String name, String supervisor, ActorSpec<?> spec, BeanRef<?> reference) {
        ActorProperties settings = settings(name);
        return new Declared(
                name,
                settings.supervisorOr(supervisor),
                InvalidSettingException.checking("bastion.actors." + name, () -> settings.applyTo(spec)),
                reference);
    }

    private ActorProperties settings(String actor) {
        return properties.actors().getOrDefault(actor, ActorProperties.DEFAULT);
    }

    private SupervisorSpec supervisor(String name, List<Declared> actors) {
        SupervisorProperties settings = properties.supervisors().getOrDefault(name, SupervisorProperties.DEFAULT);
        return InvalidSettingException.checking(
                "bastion.supervisors." + name,
                () -> settings.spec(name)
                        .children(actors.stream().map(Declared::spec).toList()));
    }

    /** A name that nobody has is a slip of the pen. */
    private static void checkKnown(String kind, Map<String, ?> settings, Map<String, ?> known) {
        for (String name : settings.keySet()) {
            if (!known.containsKey(name)) {
                throw new InvalidSettingException(
                        "bastion." + kind + "." + name,
                        "nobody's (expected: one of " + new TreeSet<>(known.keySet()) + ")");
            }
        }
    }

    private void await(SupervisorRef supervisor, ActorWait wait) {
        await(supervisor.path(), supervisor.whenStarted(), wait);
    }

    private void await(String path, Mono<Void> started, ActorWait wait) {
        Duration limit = properties.startTimeout();
        wait.await(started.timeout(
                limit,
                Mono.error(() -> new InvalidSettingException(
                        "bastion.start-timeout", limit + " (expected: enough for the actors of " + path + ")"))));
    }

    /** Leads the references of specifications to the supervisor's children; those of classes are led by each incarnation. */
    private static Mono<Void> bind(SupervisorRef supervisor, Map<String, BeanRef<?>> below) {
        return supervisor
                .tree()
                .doOnNext(tree -> {
                    for (TreeNode child : tree.children()) {
                        if (child.actor() != null) {
                            bind(child.actor(), below);
                        }
                    }
                })
                .then();
    }

    /** After a restart of the supervisor, and after that by hand of a child that was down, there are other actors of the names. */
    private static void follow(SupervisorRef supervisor, Map<String, BeanRef<?>> below) {
        supervisor.events().ofType(TreeEvent.Started.class).subscribe(started -> bind(started.actor(), below), e -> {});
    }

    private static void bind(ActorRef<?> actor, Map<String, BeanRef<?>> below) {
        BeanRef<?> reference = below.get(actor.path());
        if (reference != null) {
            reference.bind(actor);
        }
    }
}
