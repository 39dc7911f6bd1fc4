package io.bastion.examples;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.cluster.Cluster;
import io.bastion.cluster.ClusterConfig;
import io.bastion.cluster.Discovery;
import io.bastion.cluster.codec.MessageTypes;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Work for a cluster of three processes, one of which is killed in the middle: prime numbers are counted, task by task, by a group
 * of actors over all nodes. What has no answer in time is asked again, of the next in turn, and counts once.
 */
public final class ThreeNodes {
    private static final int TASKS = 400;
    private static final int NUMBERS = 10_000;
    private static final int PRIMES = 283_146; // below 4 000 000
    private static final int IN_WORK = 12;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration START = Duration.ofSeconds(90);
    private static final String WORKERS = "workers";

    /** Which numbers to look at, the first of which is {@code number} × {@link #NUMBERS}. */
    record Task(int number, ActorRef<Answer> replyTo) {}

    /** How many of them are prime. */
    record Answer(int number, int primes, String node) {}

    private ThreeNodes() {}

    /** Runs the program; with the address of a node it is one more node. */
    public static void main(String[] args) throws IOException {
        try (ActorSystem system = ActorSystem.create("primes")) {
            Cluster cluster =
                    Cluster.start(system, config(args)).blockOptional().orElseThrow();
            cluster.joinGroup(WORKERS, system.spawn(worker(cluster.self().address())));
            if (args.length == 0) {
                coordinate(cluster);
            } else {
                while (System.in.read() >= 0) {} // until the first one has ended
            }
            cluster.leave().block();
        }
    }

    private static ClusterConfig config(String... seeds) {
        return ClusterConfig.named("primes")
                .seeds(seeds)
                .discovery(Discovery.none())
                .pingInterval(Duration.ofMillis(200))
                .suspicion(8) // nodes that share two processors are slow, not dead
                .messageTypes(MessageTypes.builder()
                        .register(Task.class)
                        .register(Answer.class)
                        .build())
                .build();
    }

    private static ActorSpec<Task> worker(String node) {
        return ActorSpec.of(
                "worker",
                () -> Behavior.receive((context, task) ->
                        task.replyTo().tell(new Answer(task.number(), primesFrom(task.number() * NUMBERS), node))));
    }

    private static int primesFrom(int first) {
        int primes = 0;
        for (int n = Math.max(first, 2); n < first + NUMBERS; n++) {
            int divisor = 2;
            while (divisor * divisor <= n && n % divisor != 0) {
                divisor++;
            }
            primes += divisor * divisor > n ? 1 : 0;
        }
        return primes;
    }

    private static void coordinate(Cluster cluster) throws IOException {
        Distributor<Task> workers = cluster.group(WORKERS, Task.class);
        try (Processes processes = new Processes()) {
            processes.start(ThreeNodes.class, cluster.self().address());
            Process victim = processes.start(ThreeNodes.class, cluster.self().address());
            Flux.interval(Duration.ofMillis(20))
                    .filter(tick -> workers.members().size() == 3)
                    .next()
                    .timeout(START)
                    .block();
            report(work(workers, victim), victim);
        }
    }

    private static Work work(Distributor<Task> workers, Process victim) {
        Work work = new Work(new ConcurrentHashMap<>(), new AtomicInteger());
        Flux.range(0, TASKS)
                .flatMap(number -> ask(workers, number, work.askedAgain()), IN_WORK)
                .doOnNext(answer -> {
                    work.answers().put(answer.number(), answer);
                    if (work.answers().size() == TASKS / 2) {
                        victim.destroyForcibly();
                    }
                })
                .blockLast();
        return work;
    }

    private static Mono<Answer> ask(Distributor<Task> workers, int number, AtomicInteger askedAgain) {
        return workers.<Answer>askOne(replyTo -> new Task(number, replyTo), PATIENCE)
                .retryWhen(Retry.fixedDelay(100, Duration.ofMillis(10))
                        .doBeforeRetry(failure -> askedAgain.incrementAndGet()));
    }

    /** What came of it: the answers by the numbers of their tasks, so that none counts twice. */
    private record Work(Map<Integer, Answer> answers, AtomicInteger askedAgain) {}

    private static void report(Work work, Process victim) {
        int primes = work.answers().values().stream().mapToInt(Answer::primes).sum();
        long nodes =
                work.answers().values().stream().map(Answer::node).distinct().count();
        System.out.println("nodes that worked: " + nodes + ", killed: " + (victim.isAlive() ? 0 : 1));
        System.out.println("tasks: " + work.answers().size() + " of " + TASKS + ", asked again: " + work.askedAgain());
        System.out.println("primes below " + TASKS * NUMBERS + ": " + primes);
        System.out.println(primes == PRIMES ? "that is right" : "that is wrong (expected: " + PRIMES + ")");
    }
}
