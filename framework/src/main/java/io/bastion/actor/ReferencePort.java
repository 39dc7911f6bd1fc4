package io.bastion.actor;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a cluster needs to know of references that it makes known elsewhere, and others do not. */
public final class ReferencePort {
    private ReferencePort() {}

    /** Whether a reference takes one reply, and is not an actor's. */
    public static boolean isReply(ActorRef<?> reference) {
        return reference instanceof OneShotRef;
    }

    /** Whether nobody waits for the reply any more that a reference takes. */
    public static boolean isOver(ActorRef<?> reply) {
        return reply instanceof PendingAsk<?, ?> ask && ask.isEnded();
    }

    /** The actor that gets what is sent to a reference: that of an {@link ActorContext#adapter}, or the reference itself. */
    public static ActorRef<?> actor(ActorRef<?> reference) {
        return reference instanceof AdapterRef<?, ?> adapter ? adapter.owner() : reference;
    }

    /** A message as the {@link #actor} of a reference gets it; throws what the adaption throws. */
    public static Object adapted(ActorRef<?> reference, Object message) {
        return reference instanceof AdapterRef<?, ?> adapter ? adapt(adapter, message) : message;
    }

    @SuppressWarnings("unchecked") // as for any message: who cannot take it, fails
    private static <T> Object adapt(AdapterRef<T, ?> adapter, Object message) {
        return adapter.adaption().apply((T) message);
    }

    /** Notes where an ask is made, of which {@link #timedOut} tells. */
    public static void noteCallSite(Class<?> request) {
        CallSites.of(request);
    }

    /**
     * An ask has got no reply in time.
     *
     * @param request the class of what makes its request
     * @param state what there is to say of the asked actor
     */
    public static AskTimeoutException timedOut(
            ActorRef<?> actor, Duration timeout, Class<?> request, @Nullable String state) {
        return new AskTimeoutException(actor, timeout, CallSites.of(request), state);
    }

    /**
     * An ask has found no room.
     *
     * @param why in words, with what is expected
     */
    public static AskRefusedException refused(ActorRef<?> actor, String why) {
        return new AskRefusedException(actor, why);
    }

    /** A group has no member. */
    public static UndispatchedException noMember(String group) {
        return UndispatchedException.noMember(group);
    }
}
