package io.bastion.observability.observer;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorSpec;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.testkit.Await;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** What the page is told. */
@Timeout(60)
class ObserverHandlerTest {
    private final ActorSystem system =
            ActorSystem.builder("pages").workers(2).budget(Budget.unlimited()).build();
    private final Map<String, ActorRef<Object>> actors = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        system.close();
    }

    /** An actor that fails of what is to be thrown. */
    private ActorSpec<Object> worker(String name) {
        return ActorSpec.of(name, context -> {
            actors.put(name, context.self());
            return Behavior.receive((c, message) -> {
                if (message instanceof RuntimeException failure) {
                    throw failure;
                }
            });
        });
    }

    private void bank() {
        system.supervise(SupervisorSpec.named("bank")
                        .budget(Budget.unlimited())
                        .child(worker("ledger").restart(Restart.transientOnFailure()))
                        .child(worker("gateway").restart(Restart.temporary()))
                        .child(GroupSpec.of("tellers", 3, worker("teller"))))
                .whenStarted()
                .block(Await.BOUND);
    }

    private static List<String> names(JsonNode page) {
        List<String> names = new ArrayList<>();
        page.get("lines").forEach(line -> names.add(line.get("name").asString()));
        return names;
    }

    @Test
    void tree_showsTheChildrenOfOpenNodesOnly() {
        bank();
        try (Page page = new Page(system)) {
            page.whenKnown(8);
            String root = page.json("/api/tree").get("lines").get(0).get("id").asString();
            String bank = page.idOf("bank");
            assertThat(names(page.json("/api/tree"))).containsExactly("pages");
            assertThat(names(page.json("/api/tree?open=" + root))).containsExactly("pages", "bank");
            Await.until(
                    "the order of their start is known",
                    () -> names(page.json("/api/tree?open=" + root + "," + bank))
                            .equals(List.of("pages", "bank", "ledger", "gateway", "tellers")));
            JsonNode open = page.json("/api/tree?open=" + root + "," + bank);
            assertThat(names(open)).containsExactly("pages", "bank", "ledger", "gateway", "tellers");
            assertThat(open.get("lines").get(2).get("level").asInt()).isEqualTo(3);
            assertThat(open.get("lines").get(4).get("children").asInt()).isEqualTo(3);
            JsonNode window = page.json("/api/tree?offset=3&limit=1&open=" + root + "," + bank);
            assertThat(names(window)).containsExactly("gateway");
            assertThat(window.get("total").asInt()).isEqualTo(5);
        }
    }

    /** Holds the actor that it is told, with its worker. */
    private record Hold(CountDownLatch held, CountDownLatch released) {
        static Hold on(ActorRef<Object> actor) {
            Hold hold = new Hold(new CountDownLatch(1), new CountDownLatch(1));
            actor.tell(hold);
            Await.open(hold.held);
            return hold;
        }
    }

    private static Behavior<Object> holdable() {
        return Behavior.receive((context, message) -> {
            if (message instanceof Hold hold) {
                hold.held.countDown();
                Await.open(hold.released);
            }
        });
    }

    @Test
    void order_ofChildrenWhoseParentWasBusyWhenAsked_isAskedForAgain() {
        Map<String, ActorRef<Object>> children = new ConcurrentHashMap<>();
        try (ActorSystem held = ActorSystem.builder("held").workers(4).build()) {
            ActorRef<Object> parent = held.spawn(ActorSpec.<Object>of("parent", context -> {
                for (String name : List.of("first", "second", "third")) {
                    children.put(name, context.spawn(ActorSpec.of(name, ObserverHandlerTest::holdable)));
                }
                return holdable();
            }));
            Await.until("all are there", () -> children.size() == 3);
            Hold first = Hold.on(Objects.requireNonNull(children.get("first")));
            Hold busy = Hold.on(parent);
            try (Page page = new Page(held)) {
                String root = page.idOf("held");
                held.tree().block(Await.BOUND); // after that of the page, of which the parent was no part either
                busy.released.countDown();
                String open = "/api/tree?open=" + root + "," + page.idOf("parent");
                Await.until(
                        "the others come before the first, which is busy",
                        () -> names(page.json(open)).size() == 4);
                assertThat(names(page.json(open))).doesNotContain("first");
                first.released.countDown();
                Await.until(
                        "the order of their start is known",
                        () -> names(page.json(open)).equals(List.of("held", "parent", "first", "second", "third")));
            }
        }
    }

    @Test
    void tree_followsStartsAndEnds() {
        bank();
        try (Page page = new Page(system)) {
            page.whenKnown(8);
            ActorRef<Object> late = system.spawn(worker("late"));
            page.whenKnown(9);
            late.stop();
            actor("gateway").stop();
            page.whenKnown(7); // nobody lists the one, and the other one, which is temporary, no longer
            actor("ledger").stop();
            Await.until(
                    "ledger is down, which its supervisor lists",
                    () -> stateOf(page, "ledger").equals("DOWN"));
            assertThat(names(page.found("state=down"))).containsExactly("ledger");
        }
    }

    private ActorRef<Object> actor(String name) {
        return Objects.requireNonNull(actors.get(name));
    }

    private static String stateOf(Page page, String name) {
        JsonNode line = page.lineOf(name);
        return line == null ? "" : line.get("state").asString();
    }

    @Test
    void failure_isToldWithWhatWasDoneAboutIt() {
        bank();
        try (Page page = new Page(system)) {
            page.whenKnown(8);
            actor("ledger").tell(new IllegalStateException("overdrawn"));
            Await.until(
                    "ledger has been restarted",
                    () -> line(page, "ledger").get("incarnation").asInt() == 1);
            JsonNode ledger = page.json("/api/actor?id=" + page.idOf("ledger"));
            assertThat(ledger.get("path").asString()).isEqualTo("bastion://pages/bank/ledger");
            assertThat(ledger.get("failures").asInt()).isEqualTo(1);
            assertThat(ledger.get("stats").get("failed").asInt()).isEqualTo(1);
            assertThat(ledger.get("phase").asString()).isEqualTo("RUNNING");
            assertThat(ledger.get("trace").asString())
                    .startsWith("java.lang.IllegalStateException: overdrawn\n    at "
                            + getClass().getName());
            assertThat(ledger.get("events").get(0).get("type").asString()).isEqualTo("restarted");
            assertThat(ledger.get("events").get(1).get("type").asString()).isEqualTo("failed");
            assertThat(ledger.get("ancestors").get(1).get("name").asString()).isEqualTo("bank");
            assertThat(names(page.found("state=failed"))).containsExactly("ledger");
        }
    }

    private static JsonNode line(Page page, String name) {
        return Objects.requireNonNull(page.lineOf(name));
    }

    @Test
    void failure_thatIsNoText_breaksNothing() {
        bank();
        try (Page page = new Page(system)) {
            page.whenKnown(8);
            actor("ledger")
                    .tell(new IllegalStateException("half a pair \ud83d, \u0000 and \u2028 " + "x".repeat(100_000)));
            Await.until(
                    "ledger has failed",
                    () -> line(page, "ledger").get("failures").asInt() == 1);
            actor("ledger").tell(new IllegalStateException() {
                @Override
                public String getMessage() {
                    throw new IllegalStateException("no message");
                }
            });
            Await.until(
                    "ledger has failed and been restarted twice",
                    () -> line(page, "ledger").get("incarnation").asInt() == 2);
            assertThat(page.json("/api/actor?id=" + page.idOf("ledger"))
                            .get("events")
                            .size())
                    .isEqualTo(4);
        }
    }

    @Test
    void list_isFilteredAndSortedHere() {
        bank();
        try (Page page = new Page(system)) {
            page.whenKnown(8);
            assertThat(names(page.found("filter=LED"))).containsExactly("ledger");
            assertThat(names(page.found("filter=bank%2Ftell"))).containsExactlyInAnyOrder("tellers", "1", "2", "3");
            assertThat(names(page.found("state=groups"))).containsExactly("tellers");
            assertThat(names(page.json("/api/tree?sort=name&order=descending&limit=3")))
                    .containsExactly("tellers", "pages", "ledger");
            assertThat(page.found("filter=nobody").get("total").asInt()).isZero();
            assertThat(page.json("/api/tree?open=%ZZ&offset=x&limit=-1")
                            .get("total")
                            .asInt())
                    .as("what makes no sense does not count")
                    .isEqualTo(1);
        }
    }

    @Test
    void list_byWaitingMessages_showsTheFullestMailbox() {
        bank();
        try (Page page = new Page(system)) {
            page.whenKnown(8);
            system.spawn(ActorSpec.<Object>of("stuck", () -> Behavior.receiveAsync((c, m) -> Mono.never())))
                    .tellAll(List.of(1, 2, 3, 4, 5));
            page.idOf("stuck");
            Await.until("the waiting messages are counted", () -> {
                JsonNode first = page.json("/api/tree?sort=queued&order=descending")
                        .get("lines")
                        .get(0);
                return first.get("name").asString().equals("stuck")
                        && first.get("queued").asInt() == 5;
            });
            Await.until(
                    "it is seen that there is no progress",
                    () -> names(page.found("state=stuck")).contains("stuck"));
        }
    }

    @Test
    void groups_sumUpTheirMembers() {
        bank();
        try (Page page = new Page(system)) {
            page.whenKnown(8);
            JsonNode group = page.json("/api/groups").get("groups").get(0);
            assertThat(group.get("name").asString()).isEqualTo("tellers");
            assertThat(group.get("members").asInt()).isEqualTo(3);
        }
    }

    @Test
    void deadLetters_areCountedByReason_andTheLastOnesListed() {
        bank();
        try (Page page = new Page(system)) {
            page.whenKnown(8);
            ActorRef<Object> gone = system.spawn(worker("gone"));
            gone.stop();
            gone.whenTerminated().block(Await.BOUND);
            for (int i = 0; i < 1_000; i++) {
                gone.tell("secret");
            }
            Await.until(
                    "all are counted",
                    () -> page.json("/api/dead-letters")
                                    .get("reasons")
                                    .path("TERMINATED")
                                    .asInt()
                            == 1_000);
            JsonNode letters = page.json("/api/dead-letters").get("letters");
            assertThat(letters.size()).isBetween(50, 200);
            assertThat(letters.get(0).get("recipient").asString()).isEqualTo("bastion://pages/gone");
            assertThat(letters.toString()).contains("java.lang.String").doesNotContain("secret");
        }
    }

    @Test
    void actions_doWhatTheySay() {
        bank();
        try (Page page = new Page(system, ObserverSettings.builder().actions(true))) {
            page.whenKnown(8);
            assertThat(act(page, "restart", "ledger")).isEqualTo(200);
            Await.until(
                    "ledger has been restarted",
                    () -> line(page, "ledger").get("incarnation").asInt() == 1);
            assertThat(act(page, "explode", "ledger")).isEqualTo(400);
            assertThat(act(page, "kill", "tellers")).isEqualTo(200);
            Await.until("the group is down", () -> stateOf(page, "tellers").equals("DOWN"));
            assertThat(act(page, "stop", "pages")).as("the system").isEqualTo(404);
        }
    }

    private static int act(Page page, String action, String name) {
        return page.status(FakeRequest.post("/api/act?do=" + action + "&id=" + page.idOf(name))
                .with(Access.TOKEN_HEADER, page.json("/api/info").get("token").asString()));
    }

    @Test
    void basePath_isInFrontOfAll() {
        try (Page page = new Page(system, ObserverSettings.builder().basePath("/ops/actors"))) {
            assertThat(page.answer(FakeRequest.get("/ops/actors")).headers()).containsEntry("Location", "/ops/actors/");
            assertThat(page.status(FakeRequest.get("/ops/actors/"))).isEqualTo(200);
            assertThat(page.status(FakeRequest.get("/ops/actors/tree.js"))).isEqualTo(200);
            assertThat(page.status(FakeRequest.get("/ops/actors/api/info"))).isEqualTo(200);
            assertThat(page.status(FakeRequest.get("/ops/actors/../secret"))).isEqualTo(404);
            assertThat(page.status(FakeRequest.get("/"))).isEqualTo(404);
        }
    }

    @Test
    void news_forASlowClient_areMadeWhenItAsks_andNotKept() throws InterruptedException {
        bank();
        try (Page page = new Page(system)) {
            page.whenKnown(8);
            FakeRequest news = FakeRequest.get("/api/news");
            Await.until(
                    "all are counted", // once a second
                    () -> firstOf(page, news).get("living").asInt() == 8);
            BlockingQueue<JsonNode> seen = new LinkedBlockingQueue<>();
            BaseSubscriber<byte[]> client = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    request(1);
                }

                @Override
                protected void hookOnNext(byte[] event) {
                    seen.add(Page.data(event));
                }
            };
            page.answer(news).body().subscribe(client);
            assertThat(next(seen).get("events").size()).isZero();
            for (int i = 1; i <= 400; i++) {
                actor("ledger").tell(new IllegalStateException("failure " + i));
            }
            Await.until(
                    "all have failed",
                    () -> line(page, "ledger").get("incarnation").asInt() == 400);
            client.request(2); // of which the first was under way
            JsonNode last = next(seen);
            if (last.get("events").isEmpty()) {
                last = next(seen);
            }
            assertThat(last.get("events").size()).as("%s", last).isLessThanOrEqualTo(100);
            assertThat(last.get("seq").asInt()).isLessThanOrEqualTo(800);
            client.cancel();
        }
    }

    private static JsonNode next(BlockingQueue<JsonNode> seen) throws InterruptedException {
        return Objects.requireNonNull(seen.poll(Await.BOUND.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void news_afterAnEvent_goOnWithTheNext() {
        bank();
        try (Page page = new Page(system)) {
            page.whenKnown(8);
            actor("ledger").tell(new IllegalStateException("once"));
            Await.until(
                    "ledger has been restarted",
                    () -> line(page, "ledger").get("incarnation").asInt() == 1);
            FakeRequest news = FakeRequest.get("/api/news");
            JsonNode all = firstOf(page, news);
            assertThat(all.get("events").size()).isEqualTo(2);
            assertThat(firstOf(page, news.with("Last-Event-ID", "1"))
                            .get("events")
                            .size())
                    .isEqualTo(1);
            assertThat(firstOf(page, news.with("Last-Event-ID", "2"))
                            .get("events")
                            .size())
                    .isZero();
            assertThat(firstOf(page, news.with("Last-Event-ID", "77"))
                            .get("events")
                            .size())
                    .as("of another life of the program")
                    .isEqualTo(2);
        }
    }

    private static JsonNode firstOf(Page page, FakeRequest news) {
        return Page.data(Objects.requireNonNull(page.answer(news).body().blockFirst(Await.BOUND)));
    }

    @Test
    void news_areForSoManyOnly_andEndWithThePage() {
        try (Page page = new Page(system)) {
            FakeRequest news = FakeRequest.get("/api/news");
            List<Disposable> streams = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                streams.add(page.answer(news).body().subscribe());
            }
            assertThat(page.status(news)).isEqualTo(503);
            streams.get(0).dispose();
            assertThat(page.status(news)).isEqualTo(200);
            streams.forEach(Disposable::dispose);
        }
    }

    @Test
    void tree_ofAHundredThousand_isReadInPages() {
        int actors = 100_000;
        system.spawn(ActorSpec.<Object>of("devices", context -> {
            for (int i = 0; i < actors; i++) {
                context.spawn(ActorSpec.<Object>of("device-" + i, () -> Behavior.receive((c, m) -> {})));
            }
            return Behavior.receive((c, m) -> {});
        }));
        try (Page page = new Page(system)) {
            page.whenKnown(actors + 2);
            String open = "open="
                    + page.json("/api/tree").get("lines").get(0).get("id").asString() + "," + page.idOf("devices");
            JsonNode middle = page.json("/api/tree?offset=50000&limit=40&" + open);
            assertThat(middle.get("total").asInt()).isEqualTo(actors + 2);
            Await.until(
                    "the order of their start is known",
                    () -> names(page.json("/api/tree?offset=50000&limit=40&" + open))
                            .contains("device-50001"));
            assertThat(names(middle)).hasSize(40);
            assertThat(names(page.found("filter=device-9999&limit=200")))
                    .hasSize(11)
                    .contains("device-9999", "device-99990");
            Set<String> seen = new HashSet<>();
            for (int offset = 0; offset < 1_000; offset += 200) {
                seen.addAll(names(page.json("/api/tree?sort=queued&offset=" + offset)));
            }
            assertThat(seen).hasSize(1_000);
        }
    }
}
