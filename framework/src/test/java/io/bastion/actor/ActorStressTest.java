package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.Overflow;
import io.bastion.scheduler.NumaScheduler;
import io.bastion.scheduler.NumaTopology;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Seed;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Several hundred actors at once under everything that can happen to them: order per sender, at most once, every message
 * accounted for, every watch answered once, nothing left over. {@code -Dbastion.stress.seconds} says for how long.
 */
class ActorStressTest {
    private static final int ACTORS = 300;
    private static final int WATCHERS = 10;
    private static final int THREADS = 3;
    private static final Duration SECONDS = Duration.ofSeconds(Long.getLong("bastion.stress.seconds", 9));

    /** What a message makes its receiver do. */
    private enum Kind {
        NOTHING,
        TELL,
        FAIL,
        STOP,
        SPAWN,
        TIMER,
        ASK,
        SCHEDULE
    }

    private sealed interface Message {}

    /** A message with its number among those of its sender to its receiver. */
    private static final class Told implements Message {
        final long sender;
        final long number;
        final Kind kind;
        final long random;
        final AtomicInteger fates = new AtomicInteger();

        Told(long sender, long number, Kind kind, long random) {
            this.sender = sender;
            this.number = number;
            this.kind = kind;
            this.random = random;
        }
    }

    private record Asked(int number, ActorRef<Integer> reply) implements Message {}

    private record Tick(int incarnation) implements Message {}

    private record Piped() implements Message {}

    /** A slot of the population: what outlives the incarnations of its actor, used by that actor only. */
    private final class Member {
        final long id = ids.incrementAndGet();
        final Map<Long, Long> lastOfSender = new HashMap<>();
        final Map<Member, Long> sent = new HashMap<>();
        final AtomicInteger inHandler = new AtomicInteger();
        volatile @Nullable ActorRef<Message> actor;

        ActorRef<Message> ref() {
            return Objects.requireNonNull(actor);
        }
    }

    private final AtomicInteger ids = new AtomicInteger();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Queue<ActorRef<?>> started = new ConcurrentLinkedQueue<>();
    private final AtomicReferenceArray<@Nullable Member> population = new AtomicReferenceArray<>(ACTORS);
    private final LongAdder acceptedTells = new LongAdder();
    private final LongAdder terminatedTells = new LongAdder();
    private final LongAdder droppedTells = new LongAdder();
    private final LongAdder entries = new LongAdder();
    private final LongAdder toldEntries = new LongAdder();
    private final LongAdder asksBegun = new LongAdder();
    private final LongAdder asksEnded = new LongAdder();
    private final LongAdder watches = new LongAdder();
    private final LongAdder watchSignals = new LongAdder();
    private final Map<DeadLetter.Reason, LongAdder> toldLetters = letters();
    private final Map<DeadLetter.Reason, LongAdder> allLetters = letters();
    private final List<Throwable> lostErrors = new CopyOnWriteArrayList<>();

    private static Map<DeadLetter.Reason, LongAdder> letters() {
        Map<DeadLetter.Reason, LongAdder> letters = new java.util.EnumMap<>(DeadLetter.Reason.class);
        for (DeadLetter.Reason reason : DeadLetter.Reason.values()) {
            letters.put(reason, new LongAdder());
        }
        return letters;
    }

    private long of(Map<DeadLetter.Reason, LongAdder> letters, DeadLetter.Reason reason) {
        return Objects.requireNonNull(letters.get(reason)).sum();
    }

    private void violation(String text) {
        if (violations.size() < 20) {
            violations.add(text);
        }
    }

    // ------------------------------------------------------------------------------------------------ actors

    private ActorSpec<Message> spec(Member member, SplittableRandom random) {
        int shape = random.nextInt(4);
        Mailbox mailbox = switch (random.nextInt(8)) {
            case 0 -> Mailbox.bounded(16);
            case 1 -> Mailbox.bounded(16).overflow(Overflow.DROP_NEWEST);
            case 2 -> Mailbox.bounded(16).overflow(Overflow.DROP_OLDEST);
            case 3 -> Mailbox.bounded(16).overflow(Overflow.FAIL);
            case 4 -> Mailbox.bounded(300);
            case 5 -> Mailbox.unbounded();
            default -> Mailbox.defaults();
        };
        Restart restart = switch (random.nextInt(4)) {
            case 0 -> Restart.temporary();
            case 1 -> Restart.permanent();
            case 2 -> Restart.transientOnFailure();
            default -> Restart.transientOnFailure();
        };
        return ActorSpec.<Message>anonymous(context -> switch (shape) {
                    case 0 ->
                        Behavior.<Message>receiveAsync((c, m) -> {
                            handle(member, 1, c, m);
                            return work(m, c);
                        });
                    case 1 ->
                        Behavior.<Message>receiveAsync(4, (c, m) -> {
                            handle(member, 1, c, m);
                            return work(m, c);
                        });
                    default -> Behavior.<Message>receive((c, m) -> handle(member, 1, c, m));
                })
                .mailbox(mailbox)
                .restart(restart)
                .placement(random.nextBoolean() ? Placement.spread() : Placement.near());
    }

    private Mono<?> work(Message m, ActorContext<Message> context) {
        if (!(m instanceof Told told)) {
            return Mono.empty();
        }
        return switch ((int) (told.random & 15)) {
            case 0 -> Mono.delay(Duration.ofMillis(1), Schedulers.parallel());
            case 1 -> Mono.fromRunnable(() -> {}).subscribeOn(Schedulers.parallel());
            case 2 -> Mono.fromRunnable(() -> {}).subscribeOn(context.scheduler());
            case 3 ->
                told.kind == Kind.FAIL
                        ? Mono.empty()
                        : Mono.error(new IllegalStateException("asynchronous")).subscribeOn(Schedulers.parallel());
            case 4 -> ask(leaf(told.random));
            default -> Mono.empty();
        };
    }

    private void handle(Member member, int most, ActorContext<Message> context, Message message) {
        if (member.inHandler.incrementAndGet() > most) {
            violation("two handlers of one actor at once");
        }
        try {
            entries.increment();
            if (message instanceof Asked asked) {
                asked.reply().tell(asked.number() + 1);
            } else if (message instanceof Tick tick) {
                if (tick.incarnation() != context.incarnation()) {
                    violation("a tick of an old incarnation");
                }
            } else if (message instanceof Told told) {
                toldEntries.increment();
                if (told.fates.incrementAndGet() != 1) {
                    violation("a message was handled twice");
                }
                Long last = member.lastOfSender.put(told.sender, told.number);
                if (last != null && last >= told.number) {
                    violation("order: " + told.number + " after " + last + " of sender " + told.sender);
                }
                act(member, context, told);
            }
        } finally {
            member.inHandler.decrementAndGet();
        }
    }

    private void act(Member member, ActorContext<Message> context, Told told) {
        SplittableRandom random = new SplittableRandom(told.random);
        switch (told.kind) {
            case NOTHING -> {}
            case TELL -> {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    Member to = any(random);
                    long number = member.sent.merge(to, 1L, Long::sum);
                    count(to.ref().tell(new Told(member.id, number, kind(random, false), random.nextLong())));
                }
            }
            case FAIL ->
                throw Sneaky.thrown(
                        random.nextBoolean() ? new IllegalStateException("wanted") : new AssertionError("wanted"));
            case STOP -> context.stop();
            case SPAWN -> {
                if (context.children().size() < 3) {
                    Member child = new Member();
                    child.actor = context.spawn(spec(child, random));
                    started.add(child.ref());
                    count(child.ref().tell(new Told(member.id, 1, Kind.NOTHING, random.nextLong())));
                }
            }
            case TIMER -> {
                Duration delay = Duration.ofNanos(random.nextInt(3_000_000));
                if (random.nextBoolean()) {
                    context.timers().once("once", new Tick(context.incarnation()), delay);
                } else {
                    context.timers().every("every", new Tick(context.incarnation()), delay.plusMillis(1));
                }
                context.timers().cancel(random.nextBoolean() ? "once" : "none");
            }
            case ASK -> context.pipeToSelf(ask(any(random).ref()), (reply, error) -> new Piped());
            case SCHEDULE ->
                context.scheduler().schedule(() -> {
                    if (member.inHandler.get() != 0) {
                        violation("a task within a handler");
                    }
                });
        }
    }

    private Mono<Integer> ask(ActorRef<Message> actor) {
        return actor.<Integer>ask(reply -> new Asked(1, reply), Duration.ofSeconds(60))
                .onErrorResume(error -> {
                    if (!(error instanceof ActorTerminatedException
                            || error instanceof AskFailedException
                            || error instanceof AskRefusedException)) {
                        violation("ask: " + error);
                    }
                    return Mono.empty();
                });
    }

    private final List<ActorRef<Message>> leaves = new ArrayList<>();

    /** An actor that asks nobody. */
    private ActorRef<Message> leaf(long random) {
        return leaves.get((int) ((random >>> 8) % leaves.size()));
    }

    private void count(TellResult result) {
        switch (result) {
            case ACCEPTED -> acceptedTells.increment();
            case TERMINATED -> terminatedTells.increment();
            case DROPPED -> droppedTells.increment();
            case REFUSED -> {}
        }
    }

    private Member any(SplittableRandom random) {
        return Objects.requireNonNull(population.get(random.nextInt(ACTORS)));
    }

    private static Kind kind(SplittableRandom random, boolean fromOutside) {
        int r = random.nextInt(200);
        if (r < (fromOutside ? 60 : 20)) {
            return Kind.TELL;
        }
        if (r < 64) {
            return Kind.FAIL;
        }
        if (r < 67) {
            return Kind.STOP;
        }
        if (r < 72) {
            return Kind.SPAWN;
        }
        if (r < 80) {
            return Kind.TIMER;
        }
        if (r < 90) {
            return Kind.ASK;
        }
        return r < 94 ? Kind.SCHEDULE : Kind.NOTHING;
    }

    // ------------------------------------------------------------------------------------------------ watchers

    /** Takes actors to watch; its failures do not lose what it watches. */
    private Behavior<Object> watcher(Set<ActorRef<?>> watched) {
        return Behavior.<Object>receive((context, m) -> {
                    if (m instanceof ActorRef<?> actor) {
                        if (watched.add(actor)) {
                            watches.increment();
                        }
                        context.watch(actor);
                        context.watch(actor);
                    } else {
                        throw new IllegalStateException("wanted");
                    }
                })
                .onSignal((context, signal) -> {
                    if (signal instanceof Signal.Terminated terminated) {
                        watchSignals.increment();
                        if (!watched.remove(terminated.actor())) {
                            violation("a signal for what is not watched: " + terminated);
                        }
                        if (!((ActorCell<?>) terminated.actor()).isClosed()) {
                            violation("a signal of a living actor: " + terminated);
                        }
                    }
                    return true;
                });
    }

    // ------------------------------------------------------------------------------------------------ test

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyPromiseHoldsWhateverHappens(int nodes) throws InterruptedException {
        long seed = Seed.of("everyPromiseHoldsWhateverHappens on " + nodes + " nodes");
        SplittableRandom root = new SplittableRandom(seed);
        String name = "stress" + nodes;
        Schedulers.onHandleError((thread, error) -> lostErrors.add(error));
        ch.qos.logback.classic.Logger log =
                (ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger("io.bastion.actor");
        ch.qos.logback.classic.@Nullable Level level = log.getLevel();
        log.setLevel(ch.qos.logback.classic.Level.OFF);
        NumaScheduler scheduler = NumaScheduler.builder()
                .name(name)
                .topology(
                        nodes == 1 ? NumaTopology.of(2) : nodes == 2 ? NumaTopology.of(1, 1) : NumaTopology.of(1, 1, 1))
                .pinned(false)
                .build();
        int workers = nodes == 3 ? 3 : 2;
        ActorSystem system = ActorSystem.builder("stress")
                .scheduler(scheduler)
                .shutdownTimeout(Duration.ofSeconds(20))
                .budget(Budget.unlimited())
                .build();
        try {
            system.deadLetters().subscribe(this::letter);
            run(system, root, nodes);
            assertThat(workerThreads(name)).as("worker threads").isEqualTo(workers);
        } finally {
            system.close();
            scheduler.dispose();
            Schedulers.resetOnHandleError();
            log.setLevel(level);
        }
        checkTheEnd(system);
        Conditions.await("no worker left", () -> workerThreads(name) == 0);
    }

    private void letter(DeadLetter letter) {
        Objects.requireNonNull(allLetters.get(letter.reason())).increment();
        if (letter.message() instanceof Told told) {
            Objects.requireNonNull(toldLetters.get(letter.reason())).increment();
            if (told.fates.incrementAndGet() != 1) {
                violation("a dead letter that was handled, or twice: " + letter.reason());
            }
        }
    }

    private void run(ActorSystem system, SplittableRandom root, int nodes) throws InterruptedException {
        for (int i = 0; i < 8; i++) {
            leaves.add(system.spawn(ActorSpec.<Message>anonymous(() -> Behavior.receive((c, m) -> {
                entries.increment();
                if (m instanceof Asked asked) {
                    asked.reply().tell(asked.number() + 1);
                }
            }))));
        }
        List<ActorRef<Object>> watchers = new ArrayList<>();
        for (int i = 0; i < WATCHERS; i++) {
            Set<ActorRef<?>> watched = new HashSet<>();
            watchers.add(system.spawn(ActorSpec.<Object>anonymous(() -> watcher(watched))
                    .restart(Restart.transientOnFailure())
                    .mailbox(Mailbox.unbounded())));
        }
        for (int i = 0; i < ACTORS; i++) {
            population.set(i, member(system, root.split(), watchers));
        }
        long end = System.nanoTime() + SECONDS.toNanos() / 3;
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            SplittableRandom random = root.split();
            long id = -1 - t;
            threads.add(new Thread(() -> outside(system, random, id, end, watchers), "stress outside " + t));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(SECONDS.toMillis() + 30_000);
            assertThat(thread.isAlive()).isFalse();
        }
        awaitAsks();
        // at rest: timers may go on, so the equation must hold, not stand still
        Conditions.await("conserved: " + system.stats().block(Conditions.BOUND), () -> {
            MessageStats stats = Objects.requireNonNull(system.stats().block(Conditions.BOUND));
            return stats.conserved() && stats.queued() <= ACTORS;
        });
        for (int i = 0; i < ACTORS; i++) {
            ActorRef<Message> actor = Objects.requireNonNull(population.get(i)).ref();
            switch (i % 3) {
                case 0 -> {
                    actor.stop();
                    actor.drain(); // permanent ones come back after a stop
                }
                case 1 -> actor.drain();
                default -> actor.kill();
            }
        }
        for (int i = 0; i < ACTORS; i++) {
            TestSystem.end(Objects.requireNonNull(population.get(i)).ref());
        }
        Conditions.await(
                "every watch is answered: " + watches.sum() + " and " + watchSignals.sum(),
                () -> watches.sum() == watchSignals.sum());
    }

    private void awaitAsks() {
        Conditions.await("every ask ends", () -> asksBegun.sum() == asksEnded.sum());
    }

    private Member member(ActorSystem system, SplittableRandom random, List<ActorRef<Object>> watchers) {
        Member member = new Member();
        member.actor = system.spawn(spec(member, random));
        started.add(member.ref());
        watchers.get(random.nextInt(WATCHERS)).tell(member.ref());
        if (random.nextInt(4) == 0) {
            watchers.get(random.nextInt(WATCHERS)).tell(member.ref());
        }
        return member;
    }

    private void outside(
            ActorSystem system, SplittableRandom random, long id, long end, List<ActorRef<Object>> watchers) {
        Map<Member, Long> sent = new HashMap<>();
        for (int n = 1; System.nanoTime() < end; n++) {
            Member to = any(random);
            switch (random.nextInt(100)) {
                case 0 -> {
                    int i = random.nextInt(ACTORS);
                    Member old = Objects.requireNonNull(population.getAndSet(i, member(system, random, watchers)));
                    switch (random.nextInt(3)) {
                        case 0 -> {
                            old.ref().stop();
                            old.ref().drain();
                        }
                        case 1 -> old.ref().drain();
                        default -> old.ref().kill();
                    }
                    sent.remove(old);
                }
                case 1 -> watchers.get(random.nextInt(WATCHERS)).tell("fail");
                case 2, 3, 4, 5 -> {
                    asksBegun.increment();
                    ask(to.ref()).doFinally(signal -> asksEnded.increment()).subscribe();
                }
                default -> {
                    long number = sent.merge(to, 1L, Long::sum);
                    count(to.ref().tell(new Told(id, number, kind(random, true), random.nextLong())));
                }
            }
            if (n % 64 == 0) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(300)));
            }
        }
    }

    private void checkTheEnd(ActorSystem system) {
        system.whenTerminated().block(Conditions.BOUND);
        for (ActorRef<?> actor : started) {
            assertThat(((ActorCell<?>) actor).isClosed())
                    .as("%s is closed", actor)
                    .isTrue();
        }
        MessageStats stats = Objects.requireNonNull(system.stats().block(Conditions.BOUND));
        System.out.println(
                "  " + stats + ", " + started.size() + " actors, " + watches + " watches, " + asksBegun + " asks");
        assertThat(violations).isEmpty();
        assertThat(lostErrors).isEmpty();
        assertThat(stats.conserved()).as("conserved: %s", stats).isTrue();
        assertThat(stats.queued()).as("queued").isZero();
        assertThat(toldEntries.sum()
                        + of(toldLetters, DeadLetter.Reason.STOPPED)
                        + of(toldLetters, DeadLetter.Reason.EVICTED))
                .as("told messages that were handled, failed, evicted or dead, and those accepted")
                .isEqualTo(acceptedTells.sum());
        assertThat(of(toldLetters, DeadLetter.Reason.TERMINATED))
                .as("dead letters of the terminated")
                .isEqualTo(terminatedTells.sum());
        assertThat(of(toldLetters, DeadLetter.Reason.MAILBOX_FULL))
                .as("dead letters of the full")
                .isEqualTo(droppedTells.sum());
        assertThat(of(allLetters, DeadLetter.Reason.STOPPED))
                .as("all that were queued at an end")
                .isEqualTo(stats.deadLettered());
        assertThat(of(allLetters, DeadLetter.Reason.EVICTED))
                .as("all that were evicted")
                .isEqualTo(stats.dropped());
    }

    private static int workerThreads(String name) {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().matches(name + "-\\d+-\\d+"))
                .count();
    }
}
