package io.bastion.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorStartException;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.Interceptor;
import io.bastion.actor.Signal;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TellResult;
import io.bastion.actor.TreeNode;
import io.bastion.supervision.Budget;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import reactor.core.publisher.Mono;

class BeanActorsTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(BastionAutoConfiguration.class))
            .withPropertyValues("bastion.workers=2");

    // ------------------------------------------------------------------------------- what the actors understand

    sealed interface Order {}

    record Place(String what, ActorRef<String> replyTo) implements Order {}

    record Fail(RuntimeException with) implements Order {}

    /** What happens to the beans of incarnations. */
    static final class Journal {
        final BlockingQueue<String> entries = new LinkedBlockingQueue<>();
        final List<Orders> instances = new CopyOnWriteArrayList<>();

        String next() throws InterruptedException {
            return String.valueOf(entries.poll(10, TimeUnit.SECONDS));
        }
    }

    @Actor("orders")
    static final class Orders implements Behavior.Receive<Order>, DisposableBean {
        private final Journal journal;
        private final String prefix;

        Orders(Journal journal, @Value("${prefix:order of}") String prefix) {
            this.journal = journal;
            this.prefix = prefix;
            journal.instances.add(this);
            journal.entries.add("made");
        }

        @Override
        public void receive(ActorContext<Order> context, Order message) {
            if (message instanceof Place place) {
                place.replyTo().tell(prefix + ' ' + place.what());
            } else if (message instanceof Fail fail) {
                throw fail.with();
            }
        }

        @Override
        public void destroy() {
            journal.entries.add("destroyed");
        }
    }

    record Shop(ActorRef<Order> orders) {
        String buy(String what) {
            return String.valueOf(
                    orders.<String>ask(reply -> new Place(what, reply), BOUND).block());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Orders.class)
    static class ShopConfiguration {
        @Bean
        Journal journal() {
            return new Journal();
        }

        @Bean
        Shop shop(ActorRef<Order> orders) {
            return new Shop(orders);
        }
    }

    // ------------------------------------------------------------------------------- the system

    @Test
    void system_ofApplicationWithName_hasThatName() {
        runner.withPropertyValues("spring.application.name=My shop")
                .run(context ->
                        assertThat(context.getBean(ActorSystem.class).name()).isEqualTo("My-shop"));
        runner.withPropertyValues("spring.application.name=shop", "bastion.name=store")
                .run(context ->
                        assertThat(context.getBean(ActorSystem.class).name()).isEqualTo("store"));
    }

    @Test
    void system_ofClosedContext_hasTerminated() {
        ActorSystem[] system = new ActorSystem[1];
        runner.run(context -> system[0] = context.getBean(ActorSystem.class));
        assertThat(system[0].whenTerminated().blockOptional(BOUND)).isEmpty();
    }

    @Test
    void system_withInterceptorBean_hasItAroundAllActors() {
        Interceptor refusing = new Interceptor() {
            @Override
            public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
                return TellResult.REFUSED;
            }
        };
        runner.withUserConfiguration(ShopConfiguration.class)
                .withBean(Interceptor.class, () -> refusing)
                .run(context -> assertThat(
                                context.getBean(Shop.class).orders().tell(new Fail(new IllegalStateException())))
                        .isEqualTo(TellResult.REFUSED));
    }

    @Test
    void system_withCustomizer_isMadeByIt() {
        runner.withPropertyValues("bastion.root.max-restarts=5")
                .withBean(ActorSystemCustomizer.class, () -> builder -> builder.budget(Budget.of(7, BOUND)))
                .run(context -> {
                    TreeNode root = context.getBean(ActorSystem.class).tree().block();
                    assertThat(root).isNotNull();
                    assertThat(root.remainingBudget()).isEqualTo(7);
                });
    }

    // ------------------------------------------------------------------------------- classes

    @Test
    void actor_askedThroughItsInjectedReference_repliesWithItsInjectedValue() {
        runner.withUserConfiguration(ShopConfiguration.class)
                .withPropertyValues("prefix=cup of")
                .run(context -> {
                    assertThat(context.getBean(Shop.class).buy("tea")).isEqualTo("cup of tea");
                    assertThat(context.getBean(Shop.class).orders().path())
                            .isEqualTo("bastion://application/app/orders");
                });
    }

    @Test
    void actor_thatFails_isAnotherBeanBehindTheSameReference() {
        runner.withUserConfiguration(ShopConfiguration.class).run(context -> {
            Shop shop = context.getBean(Shop.class);
            Journal journal = context.getBean(Journal.class);
            shop.buy("tea");
            shop.orders().tell(new Fail(new IllegalStateException("no milk")));
            assertThat(shop.buy("coffee")).isEqualTo("order of coffee");
            assertThat(journal.instances).hasSize(2).doesNotHaveDuplicates();
            assertThat(List.of(journal.next(), journal.next(), journal.next()))
                    .containsExactly("made", "destroyed", "made");
        });
    }

    @Test
    void actor_thatIsKilled_hasItsBeanDestroyed() {
        runner.withUserConfiguration(ShopConfiguration.class).run(context -> {
            Journal journal = context.getBean(Journal.class);
            assertThat(journal.next()).isEqualTo("made");
            context.getBean(Shop.class).orders().kill();
            assertThat(journal.next()).isEqualTo("destroyed");
        });
    }

    @Test
    void supervisor_thatGivesUp_isRestartedAndReferencesFollow() {
        runner.withUserConfiguration(ShopConfiguration.class, SpecConfiguration.class)
                .withPropertyValues("bastion.supervisors.app.max-restarts=1", "bastion.root.max-restarts=10")
                .run(context -> {
                    Shop shop = context.getBean(Shop.class);
                    @SuppressWarnings("unchecked")
                    ActorRef<String> log = (ActorRef<String>) context.getBean("echoRef");
                    ActorRef<?> before = ((BeanRef<?>) log).actor();
                    for (int i = 0; i < 2; i++) {
                        shop.orders().tell(new Fail(new IllegalStateException("out of stock")));
                    }
                    awaitTrue(() -> ((BeanRef<?>) log).actor() != before);
                    assertThat(shop.buy("tea")).isEqualTo("order of tea");
                    assertThat(log.tell("hello")).isEqualTo(TellResult.ACCEPTED);
                });
    }

    /** Bounded: fails after ten seconds. */
    private static void awaitTrue(BooleanSupplier condition) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    // ------------------------------------------------------------------------------- specifications

    @Configuration(proxyBeanMethods = false)
    static class SpecConfiguration {
        final List<String> said = new CopyOnWriteArrayList<>();

        @Bean
        ActorSpec<String> echo() {
            return ActorSpec.of("echo", () -> Behavior.receive((context, message) -> said.add(message)));
        }

        @Bean
        ActorSpec<String> silent() {
            return ActorSpec.of("silent", () -> Behavior.receive((context, message) -> {}));
        }
    }

    record Speaker(ActorRef<String> echo, ActorRef<String> other) {}

    @Configuration(proxyBeanMethods = false)
    static class SpeakerConfiguration {
        @Bean
        Speaker speaker(@Qualifier("echo") ActorRef<String> echo, ActorRef<String> silentRef) {
            return new Speaker(echo, silentRef);
        }
    }

    @Test
    void actorsThatAreDown_startedAnewByHand_haveTheSameReferences() {
        runner.withUserConfiguration(ShopConfiguration.class, SpecConfiguration.class)
                .run(context -> {
                    TreeNode app = childNamed(context.getBean(ActorSystem.class).tree(), "app");
                    SupervisorRef supervisor =
                            context.getBean(ActorSystem.class).supervisor(Objects.requireNonNull(app.actor()));
                    @SuppressWarnings("unchecked")
                    ActorRef<String> echo = (ActorRef<String>) context.getBean("echoRef");
                    Shop shop = context.getBean(Shop.class);
                    echo.stop();
                    shop.orders().stop();
                    echo.whenTerminated().then(shop.orders().whenTerminated()).block(BOUND);
                    assertThat(echo.tell("hello")).isEqualTo(TellResult.TERMINATED);

                    ActorRef<?> before = ((BeanRef<?>) shop.orders()).actor();
                    assertThat(supervisor.restart("echo").block(BOUND)).isTrue();
                    assertThat(supervisor.restart("orders").block(BOUND)).isTrue();
                    awaitTrue(() -> ((BeanRef<?>) shop.orders()).actor() != before); // it was only on its way
                    assertThat(shop.buy("tea")).isEqualTo("order of tea");
                    awaitTrue(() -> echo.tell("hello").accepted());
                });
    }

    private static TreeNode childNamed(Mono<TreeNode> tree, String name) {
        return tree.flatMapIterable(TreeNode::children)
                .filter(child -> child.name().equals(name))
                .next()
                .blockOptional(BOUND)
                .orElseThrow();
    }

    @Test
    void specifications_ofOneType_areToldApartByTheirNames() {
        runner.withUserConfiguration(SpecConfiguration.class, SpeakerConfiguration.class)
                .run(context -> {
                    Speaker speaker = context.getBean(Speaker.class);
                    assertThat(speaker.echo().path()).isEqualTo("bastion://application/app/echo");
                    assertThat(speaker.other().path()).isEqualTo("bastion://application/app/silent");
                    assertThat(speaker.echo().tell("hello").accepted()).isTrue();
                });
    }

    // ------------------------------------------------------------------------------- supervisors and groups

    @Configuration(proxyBeanMethods = false)
    static class WorkersConfiguration {
        @Bean
        SupervisorSpec outer() {
            return SupervisorSpec.named("outer");
        }

        @Bean
        GroupSpec<Ping> workers() {
            return GroupSpec.of(
                    "crew",
                    2,
                    ActorSpec.anonymous(() -> Behavior.<Ping>receive(
                            (context, ping) -> ping.replyTo().tell(true))));
        }

        @Bean
        GroupSpec<Pong> others() {
            return GroupSpec.of("others", 1, ActorSpec.anonymous(() -> Behavior.receive((context, pong) -> {})));
        }

        @Bean
        Boss boss(SupervisorRef outer, Distributor<Ping> workers, @Qualifier("others") Distributor<?> others) {
            return new Boss(
                    outer,
                    workers,
                    others,
                    outer.path(),
                    outer.tree().map(TreeNode::name).toFuture());
        }
    }

    /** What it asks of the supervisor while there is none, waits. */
    record Boss(
            SupervisorRef outer,
            Distributor<Ping> workers,
            Distributor<?> others,
            String pathBefore,
            CompletableFuture<@Nullable String> nameOnceStarted) {}

    @Test
    void supervisorAndGroups_haveReferencesThatAreThereBeforeThem() {
        runner.withUserConfiguration(WorkersConfiguration.class).run(context -> {
            Boss boss = context.getBean(Boss.class);
            assertThat(boss.pathBefore()).isEqualTo("bean:outer");
            assertThat(boss.nameOnceStarted()).succeedsWithin(BOUND).isEqualTo("outer");
            ActorSpec<String> child = ActorSpec.of("child", () -> Behavior.receive((c, m) -> {}));
            assertThat(boss.outer().add(child).map(ActorRef::path).block(BOUND))
                    .isEqualTo("bastion://application/outer/child");
            assertThat(boss.workers().members()).hasSize(2);
            assertThat(boss.workers()
                            .<Boolean>askEveryone(Ping::new, BOUND)
                            .count()
                            .block(BOUND))
                    .isEqualTo(2);
            assertThat(boss.others().name()).isEqualTo("others");
            boss.outer().stop();
            assertThat(boss.outer().whenTerminated().blockOptional(BOUND)).isPresent();
        });
    }

    // ------------------------------------------------------------------------------- references

    record Ping(ActorRef<Boolean> replyTo) {}

    record Pong(ActorRef<Boolean> replyTo) {}

    @Actor("left")
    static final class Left implements Behavior.Receive<Ping> {
        private final ActorRef<Pong> right;

        Left(ActorRef<Pong> right) {
            this.right = right;
        }

        @Override
        public void receive(ActorContext<Ping> context, Ping message) {
            right.tell(new Pong(message.replyTo()));
        }
    }

    @Actor("right")
    static final class Right implements Behavior.Receive<Pong> {
        private final ActorRef<Ping> left;

        Right(ActorRef<Ping> left) {
            this.left = left;
        }

        @Override
        public void receive(ActorContext<Pong> context, Pong message) {
            message.replyTo().tell(left.path().endsWith("left"));
        }
    }

    @Test
    void actors_thatNeedEachOther_haveEachOthersReferences() {
        runner.withUserConfiguration(Left.class, Right.class).run(context -> {
            @SuppressWarnings("unchecked")
            ActorRef<Ping> left = (ActorRef<Ping>) context.getBean("leftRef");
            assertThat(left.ask(Ping::new, BOUND).block()).isTrue();
        });
    }

    @Actor("watcher")
    static final class Watcher implements Behavior.Receive<Ping> {
        private final ActorRef<Order> orders;
        private final Journal journal;

        Watcher(ActorRef<Order> orders, Journal journal) {
            this.orders = orders;
            this.journal = journal;
        }

        @Override
        public void receive(ActorContext<Ping> context, Ping message) {
            context.watch(orders);
            message.replyTo().tell(true);
        }

        @Override
        public void onSignal(ActorContext<Ping> context, Signal signal) {
            if (signal instanceof Signal.Terminated terminated && terminated.actor() == orders) {
                journal.entries.add("terminated");
            }
        }
    }

    @Test
    void reference_thatIsWatched_tellsOfTheEndOfItsActor() {
        runner.withUserConfiguration(ShopConfiguration.class, Watcher.class).run(context -> {
            @SuppressWarnings("unchecked")
            ActorRef<Ping> watcher = (ActorRef<Ping>) context.getBean("watcherRef");
            Journal journal = context.getBean(Journal.class);
            watcher.ask(Ping::new, BOUND).block();
            context.getBean(Shop.class).orders().stop();
            assertThat(List.of(journal.next(), journal.next(), journal.next()))
                    .containsExactly("made", "destroyed", "terminated");
        });
    }

    @Test
    void reference_whereAnActorOfTheSystemIsAskedFor_isThatOfItsActor() {
        runner.withUserConfiguration(ShopConfiguration.class).run(context -> {
            ActorSystem system = context.getBean(ActorSystem.class);
            ActorRef<Order> orders = context.getBean(Shop.class).orders();
            assertThat(system.supervisor(orders).tree().map(TreeNode::name).block(BOUND))
                    .isEqualTo("orders");
            assertThat(ActorSystem.typeOf(orders)).isEqualTo("BeanActorsTest.Orders");
            assertThatThrownBy(() -> system.supervisor(new BeanRef<>("early")))
                    .hasMessage("actor: bean:early (expected: an actor of this JVM that has been started)");
        });
    }

    @Test
    void reference_beforeTheStart_refusesAndHasWaitersWait() {
        BeanRef<String> reference = new BeanRef<>("early");
        assertThat(reference.tell("hello")).isEqualTo(TellResult.REFUSED);
        try (ActorSystem system = ActorSystem.create("test")) {
            var sent = reference.send("hello").toFuture();
            assertThat(sent).isNotDone();
            reference.bind(system.spawn(ActorSpec.of("early", () -> Behavior.receive((c, m) -> {}))));
            assertThat(sent.join()).isTrue();
        }
    }

    // ------------------------------------------------------------------------------- settings

    @Actor(value = "ledger", supervisor = "payments")
    static final class Ledger implements Behavior.Receive<String> {
        @Override
        public void receive(ActorContext<String> context, String message) {}
    }

    @Test
    void actor_withSupervisor_standsBelowIt() {
        runner.withUserConfiguration(Ledger.class)
                .withPropertyValues(
                        "bastion.supervisors.payments.strategy=one-for-all", "bastion.actors.ledger.mailbox.capacity=1")
                .run(context -> assertThat(((ActorRef<?>) context.getBean("ledgerRef")).path())
                        .isEqualTo("bastion://application/payments/ledger"));
    }

    @Test
    void start_withSettingsOfNobody_fails() {
        runner.withUserConfiguration(Ledger.class)
                .withPropertyValues("bastion.actors.legder.stash=5")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage("bastion.actors.legder: nobody's (expected: one of [ledger])"));
    }

    @Test
    void start_withIllegalSetting_failsAndNamesIt() {
        runner.withUserConfiguration(Ledger.class)
                .withPropertyValues("bastion.actors.ledger.mailbox.capacity=0")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("bastion.actors.ledger: capacity: 0 (expected: >= 1)"));
    }

    @Actor("broken")
    static final class Broken implements Behavior.Receive<String> {
        Broken() {
            throw new IllegalStateException("no connection");
        }

        @Override
        public void receive(ActorContext<String> context, String message) {}
    }

    @Test
    void start_withActorThatCannotBeMade_fails() {
        runner.withUserConfiguration(Broken.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasRootCauseMessage("no connection")
                        .hasStackTraceContaining(ActorStartException.class.getName())
                        .hasStackTraceContaining("bastion://application/app/broken"));
    }
}
