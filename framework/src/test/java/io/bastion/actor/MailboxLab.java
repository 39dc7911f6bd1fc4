package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.supervision.Budget;
import io.bastion.testing.Conditions;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A system for tests of mailboxes. It counts what is sent through it, and when it is closed it holds the system to its
 * promise: sent = accepted + refused, and every accepted message is accounted for.
 */
final class MailboxLab implements AutoCloseable {
    final ActorSystem system =
            ActorSystem.builder("lab").workers(2).budget(Budget.unlimited()).build();
    final Queue<DeadLetter> deadLetters = new ConcurrentLinkedQueue<>();

    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    MailboxLab() {
        system.deadLetters().subscribe(deadLetters::add);
    }

    <M> ActorRef<M> spawn(ActorSpec<M> spec) {
        return system.spawn(spec);
    }

    <M> TellResult tell(ActorRef<M> actor, M message) {
        return count(actor.tell(message), 1);
    }

    <M> TellResult tellAll(ActorRef<M> actor, List<? extends M> messages) {
        return count(actor.tellAll(messages), messages.size());
    }

    /** Takes note of a message that got in, or not, by another way than the methods here. */
    void sent(boolean in) {
        (in ? accepted : refused).incrementAndGet();
    }

    /** Messages that got in so far. */
    long accepted() {
        return accepted.get();
    }

    private TellResult count(TellResult result, int messages) {
        (result.accepted() ? accepted : refused).addAndGet(messages);
        return result;
    }

    List<Object> deadLetters(DeadLetter.Reason reason) {
        return deadLetters.stream()
                .filter(letter -> letter.reason() == reason)
                .map(DeadLetter::message)
                .toList();
    }

    /** Waits until an actor has nothing to do and all of its messages are accounted for. */
    static void awaitRest(ActorRef<?> actor) {
        Conditions.await(actor.path() + " at rest", () -> isAtRest(actor));
    }

    /** Whether an actor has nothing to do, not even a message in its handler, and all of its messages are accounted for. */
    static boolean isAtRest(ActorRef<?> actor) {
        return !ActorCell.cellOf(actor).isBusy()
                && actor.stats().queued() == 0
                && actor.stats().conserved();
    }

    /** Waits until an actor has dealt with the system messages that it got before. */
    static void awaitRounds(MailboxLab lab, ActorRef<?> actor) {
        for (int i = 0; i < 3; i++) {
            Objects.requireNonNull(lab.system.stats().block(Conditions.BOUND), () -> "no answer of " + actor);
        }
    }

    static TerminationReason awaitEnd(ActorRef<?> actor) {
        return Objects.requireNonNull(actor.whenTerminated().block(Conditions.BOUND));
    }

    @Override
    public void close() {
        system.close();
        MessageStats stats = Objects.requireNonNull(system.stats().block(Conditions.BOUND));
        assertThat(stats.conserved()).as("conserved: %s", stats).isTrue();
        assertThat(stats.queued()).as("queued after the end: %s", stats).isZero();
        assertThat(stats.accepted()).as("accepted, by %s", stats).isEqualTo(accepted.get());
        assertThat(stats.refused()).as("refused, by %s", stats).isEqualTo(refused.get());
    }

    /** A door that handlers wait at. */
    static final class Gate {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        /** Waits until it is open; for handlers. */
        void pass() {
            reached.countDown();
            await(opened, "gate opened");
        }

        /** Waits until somebody stands before it. */
        void awaitReached() {
            await(reached, "gate reached");
        }

        void open() {
            opened.countDown();
        }

        private static void await(CountDownLatch latch, String what) {
            try {
                if (!latch.await(Conditions.BOUND.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new AssertionError("not in time: " + what);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
