package io.bastion.spring;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Callbacks;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TreeNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

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
        beans.getBeanProvider(SupervisorSpec.class)
                .orderedStream()
                .forEach(spec -> await(system.supervise(spec), wait));
        beans.getBeanProvider(GroupSpec.class).orderedStream().forEach(spec -> await(system.supervise(spec), wait));
        specs.forEach((name, spec) -> {
            Sinks.One<SupervisorRef> started = Sinks.one();
            List<Declared> actors = Objects.requireNonNull(bySupervisor.get(name));
            SupervisorRef supervisor = system.supervise(spec.callbacks(new Rebind(started.asMono(), actors)));
            started.tryEmitValue(supervisor);
            await(supervisor.path(), supervisor.whenStarted().then(bind(supervisor, actors)), wait);
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
    private static Mono<Void> bind(SupervisorRef supervisor, List<Declared> actors) {
        return supervisor
                .tree()
                .doOnNext(tree -> {
                    Map<String, ActorRef<?>> children = new LinkedHashMap<>();
                    for (TreeNode child : tree.children()) {
                        if (child.actor() != null) {
                            children.put(child.name(), child.actor());
                        }
                    }
                    for (Declared declared : actors) {
                        ActorRef<?> actor = children.get(declared.name());
                        if (actor != null) {
                            declared.reference().bind(actor);
                        }
                    }
                })
                .then();
    }

    /** After a restart of a supervisor, whose children are other actors then. */
    private record Rebind(Mono<SupervisorRef> supervisor, List<Declared> actors) implements Callbacks {
        @Override
        public Publisher<?> afterRestart(ActorRef<?> self, @Nullable Throwable cause) {
            return supervisor.flatMap(s -> bind(s, actors));
        }
    }
}
