package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ch.qos.logback.classic.Level;
import io.bastion.mailbox.Mailbox;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How members are chosen. */
class DispatcherTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final ActorGate gate = new ActorGate();
    private final Recorder<Object> handled = new Recorder<>();

    /** Members of that name, for dispatchers that look at no more than that. */
    private record Named(String name) implements OneShotRef<Object> {
        @Override
        public TellResult tell(Object message) {
            return TellResult.ACCEPTED;
        }

        @Override
        public String path() {
            return "bastion://test/workers/" + name;
        }
    }

    private static List<Named> members(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> new Named("" + i)).toList();
    }

    private Distributor<Object> start(int members, Dispatcher<Object> dispatcher) {
        ActorSpec<Object> spec = ActorSpec.<Object>of(
                        "w",
                        () -> Behavior.receive((context, m) -> {
                            if (m.equals("wait")) {
                                gate.pass();
                            }
                            handled.add(m);
                        }))
                .mailbox(Mailbox.bounded(100));
        test.system
                .supervise(GroupSpec.of("workers", members, spec).dispatcher(dispatcher))
                .whenStarted()
                .block(Conditions.BOUND);
        return test.system.distributor("workers", Object.class);
    }

    @Test
    void roundRobin_withManySenders_isFairToTheMessage() throws InterruptedException {
        Dispatcher<Object> dispatcher = Dispatcher.roundRobin();
        List<Named> members = members(5);
        AtomicIntegerArray counts = new AtomicIntegerArray(5);
        CountDownLatch done = new CountDownLatch(4);
        for (int t = 0; t < 4; t++) {
            new Thread(() -> {
                        for (int i = 0; i < 5_000; i++) {
                            counts.incrementAndGet(dispatcher.choose("m", members));
                        }
                        done.countDown();
                    })
                    .start();
        }
        done.await();
        assertThat(IntStream.range(0, 5).map(counts::get)).containsOnly(4_000);
    }

    @Test
    void random_reachesEveryMemberAboutAsOften() {
        Dispatcher<Object> dispatcher = Dispatcher.random();
        List<Named> members = members(4);
        int[] counts = new int[4];
        for (int i = 0; i < 40_000; i++) {
            counts[dispatcher.choose("m", members)]++;
        }
        assertThat(IntStream.of(counts).boxed()).allSatisfy(n -> assertThat(n).isCloseTo(10_000, within(1_000)));
    }

    @Test
    void leastLoaded_passesByWhoIsBusyOrHasMore() {
        Distributor<Object> workers = start(3, Dispatcher.leastLoaded());
        List<ActorRef<Object>> members = workers.members();
        members.get(1).tell("wait");
        gate.awaitEntered();
        IntStream.range(0, 3).forEach(i -> members.get(1).tell("queued"));
        Dispatcher<Object> dispatcher = Dispatcher.leastLoaded();
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            chosen.add(dispatcher.choose("m", members));
        }
        assertThat(chosen).contains(0, 2).doesNotContain(1);
        gate.open();
        test.rest();
    }

    @Test
    void leastLoaded_amongEquals_takesTurns() {
        List<ActorRef<Object>> members = start(3, Dispatcher.leastLoaded()).members();
        test.rest();
        Dispatcher<Object> dispatcher = Dispatcher.leastLoaded();
        assertThat(IntStream.range(0, 6).map(i -> dispatcher.choose("m", members)))
                .containsExactly(0, 1, 2, 0, 1, 2);
    }

    private static Map<String, String> owners(int keys, List<Named> members) {
        Dispatcher<String> dispatcher = Dispatcher.consistentHash(key -> key);
        Map<String, String> owners = new HashMap<>();
        for (int i = 0; i < keys; i++) {
            String key = "key-" + i;
            owners.put(key, members.get(dispatcher.choose(key, members)).name());
        }
        return owners;
    }

    @Test
    void consistentHash_givesEveryMemberItsShare() {
        Map<String, Integer> counts = new HashMap<>();
        owners(100_000, members(10)).values().forEach(owner -> counts.merge(owner, 1, Integer::sum));
        assertThat(counts).hasSize(10);
        assertThat(counts.values()).allSatisfy(n -> assertThat(n).isBetween(6_500, 14_000));
    }

    @Test
    void consistentHash_whenAMemberJoins_movesOnlyItsShare_andOnlyToIt() {
        Map<String, String> before = owners(20_000, members(10));
        Map<String, String> after = owners(20_000, members(11));
        List<String> moved = before.keySet().stream()
                .filter(key -> !Objects.equals(before.get(key), after.get(key)))
                .toList();
        assertThat(moved.stream().map(after::get)).containsOnly("11");
        assertThat((double) moved.size() / before.size()).isCloseTo(1.0 / 11, within(0.035));
    }

    @Test
    void consistentHash_whenAMemberLeaves_movesOnlyItsKeys() {
        List<Named> less = new ArrayList<>(members(10));
        less.remove(3);
        Map<String, String> before = owners(20_000, members(10));
        Map<String, String> after = owners(20_000, List.copyOf(less));
        assertThat(before).allSatisfy((key, owner) -> {
            if (!owner.equals("4")) {
                assertThat(after).containsEntry(key, owner);
            }
        });
    }

    @Test
    void consistentHash_dependsOnNamesAndKeysOnly() {
        List<Named> reversed = new ArrayList<>(members(10));
        java.util.Collections.reverse(reversed);
        assertThat(owners(1_000, List.copyOf(reversed))).isEqualTo(owners(1_000, members(10)));
        Dispatcher<Object> dispatcher = Dispatcher.consistentHash(key -> key);
        List<Named> members = members(10);
        assertThat(List.of("a", "b", "c", 1, 2, 3L).stream()
                        .map(key -> members.get(dispatcher.choose(key, members)).name()))
                .as("the same in every process")
                .containsExactly("4", "7", "7", "3", "2", "8");
    }

    @Test
    void aDispatcherThatThrows_makesDeadLettersAndFailsAsks() {
        test.logger().setLevel(Level.ERROR);
        Distributor<Object> workers = start(2, Dispatcher.consistentHash(m -> ((String) m).length()));
        assertThat(workers.tellOne("good")).isEqualTo(TellResult.ACCEPTED);
        assertThat(workers.tellOne(1)).isEqualTo(TellResult.DROPPED);
        assertThat(test.deadLetters(DeadLetter.Reason.UNDISPATCHED)).containsExactly(1);
        assertThat(test.deadLetters)
                .extracting(letter -> letter.recipient().path())
                .containsExactly("bastion://test/workers");
        assertThatThrownBy(
                        () -> workers.askOne(reply -> 2, Duration.ofSeconds(1)).block())
                .isInstanceOf(UndispatchedException.class)
                .hasCauseInstanceOf(ClassCastException.class);
        assertThat(handled.await(1)).containsExactly("good");
        assertThat(test.logged().stream().filter(line -> line.contains("dispatcher")))
                .hasSize(2);
        assertThat(test.stats().refused()).isEqualTo(1);
    }

    @Test
    void aDispatcherThatReturnsNonsense_makesDeadLetters() {
        Distributor<Object> workers = start(2, (m, members) -> (Integer) m);
        for (int index : List.of(-1, 2, Integer.MAX_VALUE)) {
            assertThat(workers.tellOne(index)).isEqualTo(TellResult.DROPPED);
        }
        assertThat(workers.tellOne(1)).isEqualTo(TellResult.ACCEPTED);
        assertThat(test.deadLetters(DeadLetter.Reason.UNDISPATCHED)).containsExactly(-1, 2, Integer.MAX_VALUE);
        assertThatThrownBy(
                        () -> workers.askOne(reply -> 2, Duration.ofSeconds(1)).block())
                .hasRootCauseMessage("dispatcher: 2 (expected: 0 to 1)");
        assertThat(handled.await(1)).containsExactly(1);
    }
}
