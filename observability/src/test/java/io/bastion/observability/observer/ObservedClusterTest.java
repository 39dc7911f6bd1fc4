package io.bastion.observability.observer;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorSystem;
import io.bastion.cluster.Cluster;
import io.bastion.cluster.ClusterConfig;
import io.bastion.cluster.ClusterEvent;
import io.bastion.cluster.Discovery;
import io.bastion.cluster.Member;
import io.bastion.cluster.Traffic;
import io.bastion.testkit.Await;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;

/** What the page is told of a cluster: two nodes over TCP on this machine. */
@Timeout(60)
class ObservedClusterTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final List<ActorSystem> systems = new ArrayList<>();
    private final List<Cluster> nodes = new ArrayList<>();

    private Cluster start(String name, String... seeds) {
        ActorSystem system = ActorSystem.builder("watched").workers(1).build();
        systems.add(system);
        Cluster node = Cluster.start(
                        system,
                        ClusterConfig.named("watched")
                                .nodeName(name)
                                .roles("role of " + name)
                                .discovery(Discovery.none())
                                .seeds(seeds)
                                .pingInterval(Duration.ofMillis(250))
                                .suspicion(60) // a busy machine may stand still for seconds
                                .build())
                .blockOptional(BOUND)
                .orElseThrow();
        nodes.add(node);
        return node;
    }

    @BeforeEach
    void startTwo() {
        start("first");
        start("second", first().self().address());
        Await.until(
                "both know each other",
                () -> nodes.stream().allMatch(node -> node.members().size() == 2));
    }

    @AfterEach
    void stop() {
        Flux.fromIterable(nodes).flatMap(Cluster::leave).blockLast(BOUND);
        systems.forEach(ActorSystem::close);
    }

    private Cluster first() {
        return nodes.get(0);
    }

    private Cluster second() {
        return nodes.get(1);
    }

    /** The page of the first node. */
    private Page page(Cluster cluster) {
        return new Page(systems.get(0), ObserverSettings.builder().cluster(ObservedCluster.of(cluster)));
    }

    private static List<String> members(Page page) {
        List<String> members = new ArrayList<>();
        page.json("/api/cluster").get("members").forEach(member -> members.add(describe(member)));
        return members;
    }

    private static String describe(JsonNode member) {
        return member.get("name").asString()
                + " (" + member.get("roles").asString() + ") at "
                + member.get("address").asString()
                + ", uid " + member.get("uid").asString()
                + (member.get("self").asBoolean() ? ", self" : "")
                + (member.get("reachable").asBoolean() ? ", reachable" : "");
    }

    private static String described(Member member, String state) {
        return member.name() + " (role of " + member.name() + ") at " + member.address() + ", uid " + uid(member)
                + state;
    }

    private static String uid(Member member) {
        return Long.toUnsignedString(member.uid(), 36);
    }

    @Test
    void page_ofANode_tellsItsMembersAndWhatItsLinkCarried() {
        try (Page page = page(first())) {
            assertThat(page.json("/api/info").get("cluster").asBoolean()).isTrue();
            assertThat(page.json("/api/cluster").get("present").asBoolean()).isTrue();
            assertThat(page.json("/api/cluster").get("quorum").asBoolean()).isTrue();
            assertThat(members(page))
                    .containsExactly(
                            described(first().self(), ", self, reachable"), described(second().self(), ", reachable"));

            for (int i = 0; i < 20; i++) {
                first().send(second().self(), "one of twenty");
            }
            second().send(first().self(), "one");
            // the nodes have had something to say to each other, too
            Await.until(
                    () -> "all is told: " + page.json("/api/cluster").get("links"),
                    () -> link(page).path("written").asLong(0) >= 20
                            && link(page).get("received").asLong() >= 1);
            JsonNode link = link(page);
            assertThat(link.get("address").asString()).isEqualTo(second().self().address());
            assertThat(link.get("uid").asString()).isEqualTo(uid(second().self()));
            assertThat(link.get("linked").asBoolean()).isTrue();
            assertThat(link.get("received").asLong()).isLessThan(20);
        }
    }

    @Test
    void numbersOfALink_areToldAsTheyAre() {
        Traffic traffic =
                new Traffic("there:7", 36, false, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, Duration.ofMillis(14));
        try (Page page = page(firstWith("traffic", List.of(traffic)))) {
            assertThat(page.json("/api/cluster").get("links").toString())
                    .isEqualTo("[{\"address\":\"there:7\",\"uid\":\"10\",\"linked\":false,\"written\":1,\"received\":6,"
                            + "\"waiting\":3,\"refused\":2,\"mayBeLost\":4,\"deadLettered\":5}]");
        }
    }

    /** An empty object while there is none. */
    private static JsonNode link(Page page) {
        JsonNode links = page.json("/api/cluster").get("links");
        assertThat(links.size()).isLessThan(2);
        return links.path(0);
    }

    @Test
    void memberThatLeaves_isNoLongerTold_andTheNodeThatHasLeftStillHasAPage() {
        Member left = second().self();
        try (Page page = page(first())) {
            assertThat(members(page)).contains(described(left, ", reachable"));
            second().leave().block(BOUND);
            Await.until(
                    () -> left.name() + " is gone: " + page.json("/api/cluster"),
                    () -> members(page).equals(List.of(described(first().self(), ", self, reachable"))));
            assertThat(page.json("/api/cluster").get("quorum").asBoolean()).isTrue();
            Await.until(
                    () -> "its link is down: " + page.json("/api/cluster"),
                    () -> !link(page).path("linked").asBoolean(false));

            first().leave().block(BOUND);
            assertThat(page.status(FakeRequest.get("/api/cluster"))).isEqualTo(200);
        }
    }

    @Test
    void memberThatIsNotHeard_isToldAsUnreachableUntilItIsHeard() {
        Sinks.Many<ClusterEvent> events = Sinks.many().multicast().directBestEffort();
        try (Page page = page(firstWith("events", events.asFlux()))) {
            events.tryEmitNext(new ClusterEvent.MemberUnreachable(second().self()))
                    .orThrow();
            assertThat(members(page))
                    .containsExactly(described(first().self(), ", self, reachable"), described(second().self(), ""));
            events.tryEmitNext(new ClusterEvent.MemberReachable(second().self()))
                    .orThrow();
            assertThat(members(page)).contains(described(second().self(), ", reachable"));
        }
        assertThat(events.currentSubscriberCount()).as("after the page").isZero();
    }

    @Test
    void page_thatWasTooFarBehind_beginsAnewWithWhatThereIs() {
        Flux<ClusterEvent> lost = Flux.<ClusterEvent>just(new ClusterEvent.MemberUnreachable(second().self()))
                .concatWith(Flux.error(new IllegalStateException("thousands of events behind")));
        Queue<Flux<ClusterEvent>> lives = new ConcurrentLinkedQueue<>(List.of(lost, Flux.never()));
        try (Page page = page(firstWith("events", Flux.defer(lives::remove)))) {
            assertThat(lives).isEmpty();
            assertThat(members(page)).contains(described(second().self(), ", reachable"));
        }
    }

    /** The first node, of which one method gives what a test has made up. */
    private Cluster firstWith(String name, Object answer) {
        return (Cluster) Proxy.newProxyInstance(
                Cluster.class.getClassLoader(),
                new Class<?>[] {Cluster.class},
                (proxy, method, arguments) ->
                        method.getName().equals(name) ? answer : method.invoke(first(), arguments));
    }

    @Test
    void page_ofANodeWithoutActors_hasItsMembersAndNoLinks() {
        Cluster alone = Cluster.start(
                        ClusterConfig.named("alone").discovery(Discovery.none()).build())
                .blockOptional(BOUND)
                .orElseThrow();
        try (Page page = page(alone)) {
            assertThat(page.json("/api/cluster").get("members").size()).isEqualTo(1);
            assertThat(page.json("/api/cluster").get("links").size()).isZero();
        } finally {
            alone.leave().block(BOUND);
        }
    }

    @Test
    void page_withoutACluster_saysSo() {
        try (Page page = new Page(systems.get(0))) {
            assertThat(page.json("/api/info").get("cluster").asBoolean()).isFalse();
            JsonNode cluster = page.json("/api/cluster");
            assertThat(cluster.get("present").asBoolean()).isFalse();
            assertThat(cluster.size()).as("nothing else").isEqualTo(1);
        }
    }
}
