package io.bastion.testkit.stress;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.Callbacks;
import io.bastion.actor.ChildSpec;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.Signal;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.AutoShutdown;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Directive;
import io.bastion.supervision.InFlight;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A tree of supervisors, groups and actors with settings that are drawn, and actors that do what their messages say. */
final class RandomTree {
    /** What an actor is told to do. */
    enum Op {
        WORK,
        FAIL,
        FAIL_RESUMED,
        FAIL_ESCALATED,
        STOP,
        SPAWN,
        TELL_OTHER,
        STOP_OTHER,
        KILL_OTHER,
        WORK_ASYNC,
        FAIL_ASYNC
    }

    static final class Resumed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Resumed() {
            super("wanted", null, false, false);
        }
    }

    static final class Escalated extends RuntimeException {
        private static final long serialVersionUID = 1;

        Escalated() {
            super("wanted", null, false, false);
        }
    }

    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failed() {
            super("wanted", null, false, false);
        }
    }

    private final SplittableRandom random;

    /** Actors that live or have lived. */
    final List<ActorRef<Op>> actors = new CopyOnWriteArrayList<>();

    private int names;

    RandomTree(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A tree of about so many nodes. */
    SupervisorSpec tree(int nodes) {
        return supervisor(nodes);
    }

    private SupervisorSpec supervisor(int nodes) {
        SupervisorSpec spec = SupervisorSpec.named("s" + names++)
                .strategy(pick(Strategy.values()))
                .budget(budget())
                .on(Escalated.class, Directive.ESCALATE)
                .autoShutdown(random.nextInt(8) == 0 ? pick(AutoShutdown.values()) : AutoShutdown.NEVER)
                .restart(restart());
        if (random.nextInt(4) == 0) {
            spec = spec.callbacks(new Hooks(random.split()));
        }
        int left = nodes - 1;
        while (left > 0) {
            int share = Math.min(left, 1 + random.nextInt(Math.max(1, nodes / 3)));
            spec = spec.child(child(share));
            left -= share;
        }
        return spec;
    }

    private ChildSpec child(int nodes) {
        if (nodes == 1) {
            return actor();
        }
        if (nodes <= 6 && random.nextInt(3) == 0) {
            return GroupSpec.of("g" + names++, nodes - 1, actor()).budget(budget());
        }
        return supervisor(nodes);
    }

    private ActorSpec<Op> actor() {
        SplittableRandom own = random.split();
        ActorSpec<Op> spec = ActorSpec.<Op>of("a" + names++, context -> behavior(context, own.split()))
                .restart(restart())
                .stopTimeout(Duration.ofMillis(1 + random.nextInt(5_000)));
        if (random.nextInt(4) == 0) {
            spec = spec.callbacks(new Hooks(random.split()));
        }
        if (random.nextInt(8) == 0) {
            spec = spec.significant();
        }
        return random.nextBoolean() ? spec : spec.mailbox(Mailbox.bounded(1 + random.nextInt(8)));
    }

    private Behavior<Op> behavior(ActorContext<Op> context, SplittableRandom own) {
        actors.add(context.self());
        if (own.nextInt(50) == 0) {
            throw new Failed(); // a factory that fails now and then
        }
        if (own.nextInt(3) == 0) {
            return Behavior.receiveAsync(1 + own.nextInt(3), (c, op) -> switch (op) {
                case WORK_ASYNC -> Mono.delay(Duration.ofMillis(own.nextInt(100)), c.scheduler());
                case FAIL_ASYNC ->
                    Mono.delay(Duration.ofMillis(own.nextInt(100)), c.scheduler())
                            .then(Mono.error(new Failed()));
                default -> {
                    act(c, op, own);
                    yield Mono.empty();
                }
            });
        }
        if (own.nextInt(3) == 0) {
            return Behavior.flow((c, inbox) -> flow(c, inbox, own));
        }
        return Behavior.<Op>receive((c, op) -> act(c, op, own)).onSignal((c, signal) -> {
            if (own.nextInt(40) == 0) {
                throw new Failed();
            }
            return !(signal instanceof Signal.Terminated);
        });
    }

    /** At once, one after the other, or several at a time, and then it takes ahead of what it does. */
    private Publisher<?> flow(ActorContext<Op> context, Flux<Op> inbox, SplittableRandom own) {
        Function<Op, Publisher<?>> work = op -> {
            Mono<Void> done = Mono.fromRunnable(() -> act(context, op, own));
            return op == Op.WORK_ASYNC || op == Op.FAIL_ASYNC
                    ? Mono.delay(Duration.ofMillis(own.nextInt(100)), context.scheduler())
                            .then(done)
                    : done;
        };
        return switch (own.nextInt(3)) {
            case 0 -> inbox.doOnNext(op -> act(context, op, own));
            case 1 -> inbox.concatMap(work);
            default -> inbox.publishOn(context.scheduler(), 4).flatMap(work, 3);
        };
    }

    private void act(ActorContext<Op> context, Op op, SplittableRandom own) {
        switch (op) {
            case WORK, WORK_ASYNC -> {}
            case FAIL, FAIL_ASYNC -> throw new Failed();
            case FAIL_RESUMED -> throw new Resumed();
            case FAIL_ESCALATED -> throw new Escalated();
            case STOP -> context.stop();
            case SPAWN -> context.spawn(ActorSpec.<Op>anonymous(c -> behavior(c, own.split())));
            case TELL_OTHER -> other(own).tell(Op.values()[own.nextInt(Op.values().length)]);
            case STOP_OTHER -> other(own).stop();
            case KILL_OTHER -> other(own).kill();
        }
    }

    private ActorRef<Op> other(SplittableRandom own) {
        return actors.get(own.nextInt(actors.size()));
    }

    private Budget budget() {
        return switch (random.nextInt(3)) {
            case 0 -> Budget.DEFAULT;
            case 1 -> Budget.of(random.nextInt(20), Duration.ofMillis(1 + random.nextInt(10_000)));
            default -> Budget.unlimited();
        };
    }

    private Restart restart() {
        Restart restart = Restart.of(random.nextInt(3) == 0 ? pick(Restart.Type.values()) : Restart.Type.TRANSIENT)
                .inFlight(pick(InFlight.values()))
                .on(Resumed.class, Directive.RESUME);
        if (random.nextInt(4) == 0) {
            restart = restart.tries(random.nextInt(5));
        }
        if (random.nextInt(4) == 0) {
            restart = restart.retryStart().tries(random.nextInt(5)).within(Duration.ofHours(1));
        }
        return random.nextBoolean()
                ? restart
                : restart.backoff(Backoff.exponential(Duration.ofMillis(1 + random.nextInt(50)), Duration.ofMillis(500))
                        .jitter(0.2));
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }

    /** Hooks of every kind: at once, late, failing, and never ending. */
    private static final class Hooks implements Callbacks {
        private final SplittableRandom own;

        Hooks(SplittableRandom own) {
            this.own = own;
        }

        private synchronized Publisher<?> any() {
            return switch (own.nextInt(12)) {
                case 0 -> Mono.error(new TimeoutException("wanted"));
                case 1 -> Mono.never();
                case 2 -> throw new Failed();
                default -> Mono.empty();
            };
        }

        @Override
        public Publisher<?> beforeStart(ActorRef<?> self) {
            return any();
        }

        @Override
        public Publisher<?> afterStart(ActorRef<?> self) {
            return any();
        }

        @Override
        public Publisher<?> beforeRestart(ActorRef<?> self, @Nullable Throwable cause, @Nullable Object message) {
            return any();
        }

        @Override
        public Publisher<?> afterRestart(ActorRef<?> self, @Nullable Throwable cause) {
            return any();
        }

        @Override
        public Publisher<?> afterStop(ActorRef<?> self, TerminationReason reason) {
            return any();
        }
    }
}
