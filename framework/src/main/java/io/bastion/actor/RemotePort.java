package io.bastion.actor;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** What a cluster needs of a system, and others do not. Thread-safe. */
public final class RemotePort {
    private final ActorSystem system;
    private final List<Interceptor> outgoing;

    private RemotePort(ActorSystem system) {
        this.system = system;
        outgoing = system.interception().ofOutgoing();
    }

    /** That of a system. */
    public static RemotePort of(ActorSystem system) {
        return new RemotePort(Objects.requireNonNull(system, "system: null (expected: an ActorSystem)"));
    }

    /** Has a message that got lost on its way shown among the {@link ActorSystem#deadLetters}. It is in no actor's counters. */
    public void deadLetter(DeadLetter letter) {
        system.publish(Objects.requireNonNull(letter, "letter: null (expected: a DeadLetter)"));
    }

    /** Where the reply of an ask is to be emitted: the worker of the actor from within whose publisher is asked, if it is one. */
    public static Optional<Scheduler> asker(ContextView context) {
        return Optional.ofNullable(asking(context)).map(ActorCell::scheduler);
    }

    /** The actor from within whose publisher something is subscribed to, if it is one. */
    public static Optional<ActorRef<?>> askingActor(ContextView context) {
        return Optional.ofNullable(asking(context));
    }

    private static @Nullable ActorCell<?> asking(ContextView context) {
        Object run = context.getOrDefault(AskMono.ASKER, null);
        return run instanceof PublisherRun actors ? actors.cell : null;
    }

    /** The context that a message goes with to another node, see {@link Interceptor#outgoing}. */
    public ContextView outgoing(ActorRef<?> target, Object message, ContextView context) {
        ContextView changed = context;
        for (Interceptor interceptor : outgoing) {
            try {
                changed = Objects.requireNonNull(
                        interceptor.outgoing(target, message, changed),
                        "outgoing: an interceptor returned null (expected: a ContextView)");
            } catch (Throwable t) {
                Report.warn("interceptor of messages to " + target.path() + " failed, they go on without it", t);
            }
        }
        return changed;
    }

    /** What of a context is said of a message and may travel with it: not what concerns only the subscription that it is of. */
    public static ContextView travelling(ContextView context) {
        return Contexts.forOthers(context);
    }

    /**
     * An element for {@link ActorRef#feed} that brings a context of its own, in place of that of the feed's subscriber.
     *
     * @param sender who sent it, if that is known; shown with dead letters
     */
    public static Object element(Object message, ContextView context, @Nullable ActorRef<?> sender) {
        ContextView all = sender == null ? context : Context.of(context).put(Contexts.SENDER, sender);
        return all.isEmpty() ? message : new FedElement(message, all);
    }
}
