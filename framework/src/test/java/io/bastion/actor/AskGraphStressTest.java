package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.AskTest.Get;
import io.bastion.scheduler.NumaTopology;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.Seed;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Random graphs of asks: circles are found when there are some, and only then. Time stands still, so that none times out. */
class AskGraphStressTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int ACTORS = 8;

    @RegisterExtension
    final TestSystem test = new TestSystem(NumaTopology.of(4));

    private final List<ActorRef<Get>> actors = new ArrayList<>();
    private int spawned;
    private final int[] concurrency = new int[ACTORS];

    /** What is asked: numbers of actors, one after another; a plus splits into two that are asked at once. */
    private void spawn(Random random) {
        actors.forEach(ActorRef::stop);
        actors.clear();
        for (int i = 0; i < ACTORS; i++) {
            concurrency[i] = 1 + random.nextInt(3);
            int n = concurrency[i];
            actors.add(test.spawn(
                    ActorSpec.of("a" + spawned++, () -> Behavior.<Get>receiveAsync(n, (context, get) -> handle(get)))));
        }
    }

    private Publisher<?> handle(Get get) {
        if (get.what().isEmpty()) {
            get.reply().tell("done");
            return Mono.empty();
        }
        return Flux.fromArray(get.what().split("\\+"))
                .filter(path -> !path.isEmpty())
                .flatMap(path -> ask(path).onErrorResume(AskCycleException.class, e -> Mono.just("circle")))
                .reduce("done", (a, b) -> b.equals("done") ? a : b)
                .doOnNext(get.reply()::tell);
    }

    private Mono<String> ask(String path) {
        return actors.get(path.charAt(0) - '0').ask(reply -> new Get(path.substring(1), reply), LONG);
    }

    private static String path(Random random, int length) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < length; i++) {
            path.append(random.nextInt(ACTORS));
        }
        return path.toString();
    }

    /** Numbers that grow: no circle, whatever else goes on. */
    private static String rising(Random random, int from) {
        StringBuilder path = new StringBuilder();
        IntStream.range(from, ACTORS).filter(i -> random.nextBoolean()).forEach(path::append);
        return path.isEmpty() ? "" + (ACTORS - 1) : path.toString();
    }

    /** Whether the only chain of asks comes to an actor all of whose work is in it. */
    private boolean closesACircle(String path) {
        int[] inWork = new int[ACTORS];
        return path.chars().anyMatch(c -> inWork[c - '0']++ == concurrency[c - '0']);
    }

    @Test
    void oneChainAtATime_isRefusedExactlyWhenItClosesACircle() {
        Random random = new Random(Seed.of("one chain at a time"));
        int circles = 0;
        for (int round = 0; round < 20; round++) {
            spawn(random);
            for (int i = 0; i < 50; i++) {
                String path = path(random, 1 + random.nextInt(10));
                assertThat(ask(path).block(Conditions.BOUND))
                        .as("%s with %s", path, concurrency)
                        .isEqualTo(closesACircle(path) ? "circle" : "done");
                circles += closesACircle(path) ? 1 : 0;
                test.settle(); // the work of the first actors ends after its reply
            }
        }
        assertThat(circles).isBetween(50, 950);
    }

    @Test
    void manyChainsWithoutACircle_areAllAnswered() {
        Random random = new Random(Seed.of("chains without a circle"));
        for (int round = 0; round < 20; round++) {
            spawn(random);
            Recorder<String> replies = new Recorder<>();
            for (int i = 0; i < 500; i++) {
                String path = rising(random, 0);
                int after = path.charAt(path.length() - 1) - '0' + 1;
                String fork = after < ACTORS ? path + rising(random, after) + "+" + rising(random, after) : path;
                subscribe(fork, replies);
            }
            assertThat(replies.await(500)).containsOnly("done");
        }
    }

    @Test
    void manyRandomChains_allEnd_andNoneTimesOut() {
        Random random = new Random(Seed.of("random chains"));
        for (int round = 0; round < 20; round++) {
            spawn(random);
            Recorder<String> replies = new Recorder<>();
            for (int i = 0; i < 500; i++) {
                String fork = random.nextInt(4) == 0 ? "+" + path(random, 1 + random.nextInt(4)) : "";
                subscribe(path(random, 1 + random.nextInt(5)) + fork, replies);
            }
            assertThat(replies.await(500)).containsOnly("done", "circle");
        }
    }

    /** The first actor is asked from outside, on any thread. */
    private void subscribe(String path, Recorder<String> replies) {
        Mono.defer(() -> ask(path))
                .subscribeOn(Schedulers.parallel())
                .subscribe(replies::add, e -> replies.add(e.toString()));
    }
}
