package io.bastion.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.RemoteActorRef;
import io.bastion.actor.Signal;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TellResult;
import io.bastion.actor.TerminationReason;
import io.bastion.cluster.codec.MessageTypes;
import io.bastion.cluster.codec.UnregisteredTypeException;
import io.bastion.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Actors of two nodes, over TCP on this machine. */
@Timeout(60)
class ClusterActorsTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    record Greet(String name, ActorRef<Greeting> replyTo) {}

    record Greeting(String text) {}

    record Unknown() {}

    private final List<ActorSystem> systems = new ArrayList<>();
    private final List<Cluster> nodes = new ArrayList<>();

    private Cluster start(String... seeds) {
        ActorSystem system = ActorSystem.create("greetings");
        systems.add(system);
        Cluster node = Cluster.start(
                        system,
                        ClusterConfig.named("greetings")
                                .discovery(Discovery.none())
                                .seeds(seeds)
                                .pingInterval(Duration.ofMillis(250))
                                .suspicion(60) // nobody dies here, and a busy machine may stand still for seconds
                                .messageTypes(MessageTypes.builder()
                                        .register(Greet.class)
                                        .register(Greeting.class)
                                        .build())
                                .build())
                .blockOptional(BOUND)
                .orElseThrow();
        nodes.add(node);
        return node;
    }

    @BeforeEach
    void startTwo() {
        Cluster first = start();
        start(first.self().address());
        Await.until(
                "both know each other",
                () -> nodes.stream().allMatch(node -> node.members().size() == 2));
    }

    @AfterEach
    void stop() {
        Flux.fromIterable(nodes).flatMap(Cluster::leave).blockLast(BOUND);
        systems.forEach(ActorSystem::close);
    }

    private Member second() {
        return nodes.get(1).self();
    }

    private static ActorSpec<Greet> greeter(String word) {
        return ActorSpec.anonymous(() ->
                Behavior.receive((context, greet) -> greet.replyTo().tell(new Greeting(word + ", " + greet.name()))));
    }

    @Test
    void actor_spawnedElsewhere_answersAndIsWatched() {
        nodes.get(1).register("greeter", word -> greeter((String) word));
        ActorRef<Greet> greeter = nodes.get(0)
                .<Greet>spawn(second(), "greeter", "Hello", BOUND)
                .blockOptional(BOUND)
                .orElseThrow();

        Greeting greeting = greeter.<Greeting>ask(replyTo -> new Greet("Ada", replyTo), BOUND)
                .blockOptional(BOUND)
                .orElseThrow();
        assertThat(greeting).isEqualTo(new Greeting("Hello, Ada"));

        Queue<TerminationReason> seen = new ConcurrentLinkedQueue<>();
        systems.get(0).spawn(ActorSpec.anonymous(context -> {
            context.watch(greeter);
            return Behavior.receive((ignored, message) -> {}).onSignal((ignored, signal) -> {
                if (signal instanceof Signal.Terminated terminated) {
                    seen.add(terminated.reason());
                }
                return true;
            });
        }));
        greeter.stop();
        Await.until("the watcher knows", () -> !seen.isEmpty());
        assertThat(seen).containsExactly(TerminationReason.STOPPED);
    }

    @Test
    void actors_spawnedAtTheLeastLoaded_areSpread() {
        nodes.forEach(node -> node.register("greeter", word -> greeter((String) word)));

        List<ActorRef<Greet>> greeters = Flux.range(0, 6)
                .concatMap(i -> nodes.get(0).<Greet>spawnAtLeastLoaded("greeter", "Hello", BOUND))
                .collectList()
                .blockOptional(BOUND)
                .orElseThrow();

        assertThat(greeters.stream().filter(greeter -> greeter instanceof RemoteActorRef))
                .hasSize(3);
    }

    @Test
    void actor_ofANodeThatEnds_isLost() {
        nodes.get(1).register("greeter", word -> greeter((String) word));
        ActorRef<Greet> greeter = nodes.get(0)
                .<Greet>spawn(second(), "greeter", "Hello", BOUND)
                .blockOptional(BOUND)
                .orElseThrow();
        Mono<TerminationReason> end = greeter.whenTerminated().cache();
        end.subscribe();

        nodes.get(1).leave().block(BOUND);

        assertThat(end.blockOptional(BOUND)).contains(TerminationReason.NODE_LOST);
        assertThat(greeter.tell(new Greet("Ada", greeterOfNobody()))).isEqualTo(TellResult.TERMINATED);
    }

    private ActorRef<Greeting> greeterOfNobody() {
        return systems.get(0).spawn(ActorSpec.anonymous(() -> Behavior.receive((context, greeting) -> {})));
    }

    @Test
    void group_ofBothNodes_hasTheMembersOfBothAndLosesThoseOfANodeThatLeaves() {
        for (int i = 0; i < 2; i++) {
            nodes.get(i).joinGroup("greeters", systems.get(i).spawn(greeter("from " + i)));
        }
        Distributor<Greet> group = nodes.get(0).group("greeters", Greet.class);
        Await.until("both are known", () -> group.members().size() == 2);

        List<Greeting> greetings = Flux.range(0, 4)
                .concatMap(i -> group.<Greeting>askOne(replyTo -> new Greet("Ada", replyTo), BOUND))
                .collectList()
                .blockOptional(BOUND)
                .orElseThrow();
        assertThat(greetings)
                .containsExactlyInAnyOrder(
                        new Greeting("from 0, Ada"),
                        new Greeting("from 0, Ada"),
                        new Greeting("from 1, Ada"),
                        new Greeting("from 1, Ada"));

        Distributor<Greet> near = nodes.get(1).groupPreferringLocal("greeters", Greet.class);
        assertThat(near.<Greeting>askOne(replyTo -> new Greet("Ada", replyTo), BOUND)
                        .blockOptional(BOUND))
                .contains(new Greeting("from 1, Ada"));

        nodes.get(1).leave().block(BOUND);
        Await.until("one has left", () -> group.members().size() == 1);
    }

    @Test
    void sharedGroup_followsTheGroupOfItsSystem() {
        Disposable shared = nodes.get(1).shareGroup("greeters");
        Distributor<Greet> group = nodes.get(0).group("greeters", Greet.class);
        assertThat(group.members()).isEmpty();

        ActorSystem system = systems.get(1);
        SupervisorRef top = system.supervise(SupervisorSpec.named("top"));
        top.add(GroupSpec.of("greeters", 3, greeter("Hello"))).block(BOUND);
        Await.until("its members are known", () -> group.members().size() == 3);
        List<ActorRef<Greet>> before = group.members();

        before.get(0).stop();
        Await.until("one has left", () -> group.members().equals(before.subList(1, 3)));

        top.restart("greeters").block(BOUND);
        Await.until(
                "there are others", () -> group.members().size() == 3 && Collections.disjoint(group.members(), before));
        assertThat(group.<Greeting>askOne(replyTo -> new Greet("Ada", replyTo), BOUND)
                        .blockOptional(BOUND))
                .contains(new Greeting("Hello, Ada"));

        shared.dispose();
        Await.until("none is shared", () -> group.members().isEmpty());
        assertThat(system.distributor("greeters", Greet.class).members()).isNotEmpty();
    }

    @Test
    void message_toANode_comesWithItsSender() {
        Queue<MemberMessage> seen = new ConcurrentLinkedQueue<>();
        nodes.get(1).messages().subscribe(seen::add);

        assertThat(nodes.get(0).send(second(), "hello")).isEqualTo(TellResult.ACCEPTED);

        Await.until("it has come", () -> !seen.isEmpty());
        assertThat(seen).containsExactly(new MemberMessage(nodes.get(0).self(), "hello"));
        assertThat(nodes.get(0).traffic()).singleElement().satisfies(traffic -> {
            assertThat(traffic.uid()).isEqualTo(second().uid());
            assertThat(traffic.written()).isPositive();
        });
    }

    @Test
    void message_ofATypeThatIsNotRegistered_isRefusedWhereItIsSent() {
        assertThatThrownBy(() -> nodes.get(0).send(second(), new Unknown()))
                .isInstanceOf(UnregisteredTypeException.class);
    }

    @Test
    void specification_thatIsNotRegistered_failsTheSpawn() {
        assertThatThrownBy(
                        () -> nodes.get(0).spawn(second(), "nobody", "x", BOUND).block(BOUND))
                .hasMessageContaining("specification: nobody (expected: one that is registered)");
    }

    @Test
    void node_withoutActors_refusesWhatHasToDoWithThem() {
        Cluster watcher = Cluster.start(ClusterConfig.named("greetings")
                        .discovery(Discovery.none())
                        .build())
                .blockOptional(BOUND)
                .orElseThrow();
        nodes.add(watcher);
        assertThatThrownBy(() -> watcher.send(second(), "hello"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("cluster: greetings (expected: a node that was started with an ActorSystem)");
        assertThat(watcher.traffic()).isEmpty();
    }
}
