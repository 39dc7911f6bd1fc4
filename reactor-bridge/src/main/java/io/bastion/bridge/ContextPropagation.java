package io.bastion.bridge;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.Interceptor;
import io.bastion.actor.TellResult;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Fuseable;
import reactor.util.context.Context;

/**
 * Carries thread-locals, such as the MDC, a security context or a current observation, from senders to handlers, for those
 * that have a {@link io.micrometer.context.ThreadLocalAccessor} in a {@link ContextRegistry}. Needs the library {@code
 * io.micrometer:context-propagation}, which the bridge does not bring along.
 *
 * <p>The interceptor is for one actor, for all below a supervisor, or for a whole system; without it nothing is captured:
 *
 * <pre>{@code
 * ActorSystem.builder("shop").intercept(ContextPropagation.interceptor()).build();
 * }</pre>
 *
 * <p>When a message is sent, by {@code tell}, {@code send}, {@code feed}, {@code ask} or a distributor, the values of the sending thread
 * go into the message's Reactor context; what is there already stays. While it is handled, on whatever thread and however often, the
 * thread-locals are those of its context and no others, and afterwards, also after a failure, what they were before. The
 * context itself goes on to timers, piped results, stash, redelivery after a restart and publishers that the handler returns.
 * Those are subscribed to with the thread-locals; on other threads their operators have them if Reactor's automatic propagation is
 * enabled. A flow takes a message when the interceptor is through with it: it has the context, and no thread-locals. Neither have
 * signals and children. An accessor that throws is logged, and the message goes on without.
 */
public final class ContextPropagation {
    private static final Logger log = LoggerFactory.getLogger(ContextPropagation.class);

    private ContextPropagation() {}

    /** Carries all thread-locals that {@link ContextRegistry#getInstance()} knows. */
    public static Interceptor interceptor() {
        return interceptor(actor -> true);
    }

    /**
     * Carries thread-locals to some actors.
     *
     * @param actors asked for every message, when it is sent and when it is handled, whether its receiver is to get them: a
     *     switch. What this throws counts as from an interceptor
     */
    public static Interceptor interceptor(Predicate<? super ActorRef<?>> actors) {
        Objects.requireNonNull(actors, "actors: null (expected: a predicate)");
        return new Carrier(ContextSnapshotFactory.builder().clearMissing(true).build(), actors);
    }

    private record Carrier(ContextSnapshotFactory snapshots, Predicate<? super ActorRef<?>> actors)
            implements Interceptor {
        @Override
        public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
            if (!actors.test(target)) {
                return next.tell(message);
            }
            Context captured = snapshots.captureAll().updateContext(Context.empty());
            return captured.isEmpty() ? next.tell(message) : next.tell(message, captured.putAll(next.context()));
        }

        @Override
        public void receive(ActorContext<?> context, Object message, ReceiveChain next) throws Exception {
            if (!actors.test(context.self())) {
                next.receive(message);
                return;
            }
            ContextSnapshot values = snapshots.captureFrom(context.contextView());
            ContextSnapshot.@Nullable Scope scope = open(values);
            try {
                next.receiveAround(message, work -> subscribedWith(values, work));
            } finally {
                close(scope);
            }
        }

        /** Work whose subscription sees the thread-locals, and with it what it schedules if Reactor propagates them. */
        private static Publisher<?> subscribedWith(ContextSnapshot values, Publisher<?> work) {
            return work instanceof Fuseable.ScalarCallable
                    ? work
                    : subscriber -> {
                        ContextSnapshot.@Nullable Scope scope = open(values);
                        try {
                            work.subscribe(subscriber);
                        } finally {
                            close(scope);
                        }
                    };
        }

        private static ContextSnapshot.@Nullable Scope open(ContextSnapshot values) {
            try {
                return values.setThreadLocals();
            } catch (RuntimeException e) {
                log.warn("thread-locals were not set for a handler", e);
                return null;
            }
        }

        private static void close(ContextSnapshot.@Nullable Scope scope) {
            if (scope != null) {
                try {
                    scope.close();
                } catch (RuntimeException e) {
                    log.warn("thread-locals were not put back", e);
                }
            }
        }
    }
}
