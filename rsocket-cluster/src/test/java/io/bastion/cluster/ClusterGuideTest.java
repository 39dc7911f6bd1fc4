package io.bastion.cluster;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.TellResult;
import io.bastion.cluster.ClusterEvent.MemberRemoved;
import io.bastion.cluster.ClusterEvent.MemberUp;
import io.bastion.cluster.codec.MessageTypes;
import io.bastion.cluster.security.LinkSecurity;
import io.bastion.cluster.security.LinkTls;
import io.bastion.cluster.security.LinkToken;
import io.bastion.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** The snippets of docs/cluster.md, run. */
@Timeout(60)
class ClusterGuideTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @Test
    void system_joinsByOneCall() {
        try (ActorSystem system = ActorSystem.create("shop")) {
            Cluster cluster = Cluster.join(system).blockOptional().orElseThrow();
            System.out.println(cluster.members());
            assertThat(cluster.members()).contains(cluster.self());
            cluster.leave().block(BOUND);
        }
    }

    @Test
    void nodes_areConfigured_hearOfEachOther() {
        String seed;
        try (ActorSystem system = ActorSystem.create("shop");
                ActorSystem second = ActorSystem.create("shop")) {
            Cluster first = Cluster.start(
                            system,
                            ClusterConfig.named("shop")
                                    .discovery(Discovery.none())
                                    .suspicion(30) // a busy machine may stand still for seconds
                                    .build())
                    .blockOptional(BOUND)
                    .orElseThrow();
            List<String> log = new CopyOnWriteArrayList<>();
            first.events().subscribe(event -> {
                if (event instanceof MemberUp up) {
                    log.add("up: " + up.member());
                } else if (event instanceof MemberRemoved removed) {
                    log.add("removed: " + removed.member() + ", " + removed.reason());
                }
            });
            seed = first.self().address();

            ClusterConfig config = ClusterConfig.named("shop")
                    .seeds(seed)
                    .discovery(Discovery.none())
                    .roles("orders")
                    .minimumQuorum(2)
                    .build();
            Cluster other = Cluster.start(second, config).blockOptional().orElseThrow();

            Await.until("both are up", () -> log.size() == 2);
            other.leave().block();
            Await.until("the other one has left", () -> log.size() == 3);
            assertThat(log.get(2)).startsWith("removed: ").endsWith(", LEFT");
            first.leave().block(BOUND);
        }
    }

    record Price(String article, ActorRef<Quote> replyTo) {}

    record Quote(String article, int cents) {}

    @Test
    void actors_areUsedFromAnotherNode() {
        try (ActorSystem here = ActorSystem.create("shop");
                ActorSystem there = ActorSystem.create("shop")) {
            MessageTypes types = MessageTypes.builder()
                    .register(Price.class)
                    .register(Quote.class)
                    .build();
            ClusterConfig.Builder config =
                    ClusterConfig.named("shop").discovery(Discovery.none()).messageTypes(types);
            config.suspicion(30); // a busy machine may stand still for seconds
            Cluster first = Cluster.start(here, config.build()).blockOptional().orElseThrow();
            Cluster second = Cluster.start(
                            there, config.seeds(first.self().address()).build())
                    .blockOptional()
                    .orElseThrow();
            Await.until("both know each other", () -> first.members().size() == 2);

            // on one node
            second.register(
                    "prices",
                    currency -> ActorSpec.<Price>anonymous(() -> Behavior.receive((context, price) ->
                            price.replyTo().tell(new Quote(price.article() + " in " + currency, 1_999)))));

            // on another
            Mono<Quote> quote = first.<Price>spawn(second.self(), "prices", "EUR", ofSeconds(5))
                    .flatMap(prices -> prices.ask(replyTo -> new Price("tea", replyTo), ofSeconds(5)));
            assertThat(quote.block(BOUND)).isEqualTo(new Quote("tea in EUR", 1_999));

            ActorRef<Price> local = there.spawn(ActorSpec.anonymous(() ->
                    Behavior.receive((context, price) -> price.replyTo().tell(new Quote(price.article(), 1)))));
            // on each node that has such actors
            second.joinGroup("prices", local);
            // on any node
            Distributor<Price> prices = first.group("prices", Price.class);
            Mono<Quote> any = prices.askOne(replyTo -> new Price("tea", replyTo), ofSeconds(5));
            Await.until("the group is known", () -> !prices.members().isEmpty());
            assertThat(any.block(BOUND)).isEqualTo(new Quote("tea", 1));

            local.stop();
            Await.until("nobody is left", () -> prices.members().isEmpty());
            second.shareGroup("prices");
            there.supervise(GroupSpec.of("prices", 2, price()));
            Await.until("its members are known", () -> prices.members().size() == 2);
            assertThat(any.block(BOUND)).isEqualTo(new Quote("tea", 2));

            List<Object> notices = new CopyOnWriteArrayList<>();
            second.messages().subscribe(message -> notices.add(message.message()));
            TellResult result = first.send(second.self(), "stock-taking at noon");
            assertThat(result).isEqualTo(TellResult.ACCEPTED);
            Await.until("it has come", () -> notices.contains("stock-taking at noon"));
            second.leave().block(BOUND); // and not while the next test runs
            first.leave().block(BOUND);
        }
    }

    private static ActorSpec<Price> price() {
        return ActorSpec.anonymous(() ->
                Behavior.receive((context, price) -> price.replyTo().tell(new Quote(price.article(), 2))));
    }

    @Test
    void nodes_proveWhoTheyAre(@TempDir Path directory) throws IOException {
        DevelopmentCertificates authority = DevelopmentCertificates.create();
        DevelopmentCertificates.NodeFiles files = authority.node(directory, "127.0.0.1");

        LinkTls tls = LinkTls.ofPem(files.certificate(), files.key(), files.authority());
        ClusterConfig config = ClusterConfig.named("shop")
                .discovery(Discovery.none())
                .security(LinkSecurity.mutual(tls).withToken(LinkToken.of("0123456789abcdef")))
                .build();

        Cluster first = Cluster.start(config).blockOptional(BOUND).orElseThrow();
        Cluster second = Cluster.start(ClusterConfig.named("shop")
                        .discovery(Discovery.none())
                        .seeds(first.self().address())
                        .security(LinkSecurity.mutual(tls).withToken(LinkToken.of("0123456789abcdef")))
                        .build())
                .blockOptional(BOUND)
                .orElseThrow();
        Await.until("both know each other", () -> first.members().size() == 2);
        second.leave().block(BOUND);
        first.leave().block(BOUND);
    }
}
