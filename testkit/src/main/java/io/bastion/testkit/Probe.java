package io.bastion.testkit;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Signal;
import io.bastion.actor.TerminationReason;
import io.bastion.mailbox.Mailbox;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An actor under the control of a test: it keeps what it gets, and the test takes it out, in order, with expectations.
 *
 * <p>An expectation lets the system run until it is met; if it cannot be met any more, or is not within {@link Await#BOUND},
 * it fails with an {@code AssertionError} that tells what has come. The time does not move meanwhile. On a deterministic
 * system no more is run than it takes, so that what the test does next meets the rest of the work halfway, as it would in
 * life.
 *
 * <p>For the thread of the test; the reference may be used anywhere.
 *
 * @param <M> the messages that it takes
 */
public final class Probe<M> {
    private final Drive drive;
    private final Memory<M> memory;
    private final ActorRef<M> ref;

    /** How many messages have been expected. */
    private int taken;

    private Probe(Drive drive, Memory<M> memory, ActorRef<M> ref) {
        this.drive = drive;
        this.memory = memory;
        this.ref = ref;
    }

    static <M> Probe<M> start(ActorSystem system, Drive drive, String name) {
        Memory<M> memory = new Memory<>();
        ActorSpec<M> spec = ActorSpec.<M>of(name, memory::begin).mailbox(Mailbox.unbounded());
        return new Probe<>(drive, memory, system.spawn(spec));
    }

    /** Where to send what the probe is to get. */
    public ActorRef<M> ref() {
        return ref;
    }

    /** Takes the next message, which must be equal to another. */
    public void expect(M message) {
        M next = expectNext();
        if (!message.equals(next)) {
            throw new AssertionError("message: " + next + " (expected: " + message + "); " + history());
        }
    }

    /** Takes the next message, which must be of a type. */
    public <T extends M> T expect(Class<T> type) {
        M next = expectNext();
        if (!type.isInstance(next)) {
            throw new AssertionError("message: " + next + " (expected: a " + type.getName() + "); " + history());
        }
        return type.cast(next);
    }

    /** Takes the next message. */
    public M expectNext() {
        int index = taken;
        drive.until(
                () -> "message " + (index + 1) + " for " + ref.path() + "; " + history(),
                () -> memory.messages.size() > index);
        taken++;
        return memory.messages.get(index);
    }

    /** Lets the system come to rest; then no message must be there that has not been expected. */
    public void expectNone() {
        drive.rest();
        List<M> rest = messages().subList(taken, memory.messages.size());
        if (!rest.isEmpty()) {
            throw new AssertionError("messages: " + rest + " (expected: none)");
        }
    }

    /**
     * Watches an actor until it has ended; what it sent to the probe before has come by then.
     *
     * @return why it ended
     */
    public TerminationReason expectTerminated(ActorRef<?> actor) {
        memory.watch(actor);
        drive.until(() -> "the end of " + actor.path(), () -> memory.endOf(actor) != null);
        return Objects.requireNonNull(memory.endOf(actor));
    }

    /** All messages so far, expected or not, in the order of their coming. */
    public List<M> messages() {
        return List.copyOf(memory.messages);
    }

    private String history() {
        return "so far " + messages();
    }

    /** The actor: it only remembers. */
    private static final class Memory<M> implements Behavior.Receive<M> {
        private final List<M> messages = new CopyOnWriteArrayList<>();
        private final List<Signal.Terminated> ends = new CopyOnWriteArrayList<>();

        /** Written before the actor starts. */
        private @Nullable ActorContext<M> context;

        Memory<M> begin(ActorContext<M> context) {
            this.context = context;
            return this;
        }

        /** From outside the actor. */
        void watch(ActorRef<?> actor) {
            ActorContext<M> c = Objects.requireNonNull(context);
            c.scheduler().schedule(() -> c.watch(actor));
        }

        @Nullable TerminationReason endOf(ActorRef<?> actor) {
            for (Signal.Terminated end : ends) {
                if (end.actor().equals(actor)) {
                    return end.reason();
                }
            }
            return null;
        }

        @Override
        public void receive(ActorContext<M> context, M message) {
            messages.add(message);
        }

        @Override
        public void onSignal(ActorContext<M> context, Signal signal) {
            if (signal instanceof Signal.Terminated end) {
                ends.add(end);
            }
        }
    }
}
