package io.bastion.observability.tracing;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Interceptor;
import io.bastion.actor.Signal;
import io.bastion.actor.TellResult;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Observes messages: their sending, their handling within it, and what that sends in turn; and restarts. With Micrometer Tracing these
 * are the spans of one trace, over any number of actors and nodes.
 *
 * <p>The interceptor is for a whole system, or for those actors only that have it:
 *
 * <pre>{@code
 * ActorSystem.builder("shop").intercept(ActorTracing.of(observations)).build();
 * }</pre>
 *
 * <p>A message belongs to the observation in its Reactor context, which for an {@code ask} is its subscriber's; otherwise to the
 * one that is current on the sender's thread. One that belongs to none begins a trace, if it is {@linkplain Builder#sampled
 * sampled}. What is handled belongs to what was sent: so a message that comes from nobody, as one of a timer that was set
 * outside of any trace, is not observed, but what its handler sends may be.
 *
 * <p>While a message is handled its observation is current, and it is in the context of the publisher that an asynchronous handler
 * returns, with whose end it ends. A flow takes a message when its observation is over. To other nodes what Micrometer's
 * propagation writes travels in the message's context, if the interceptor is a system's; see {@code ClusterConfig.contextKeys}.
 *
 * <p>Messages to actors that are not observed carry what they belong to, so that a trace goes on behind them. Nothing is held for
 * messages on their way but what they carry. Handlers of observations that throw are logged. Thread-safe.
 */
public final class ActorTracing implements Interceptor {
    private final ObservationRegistry registry;
    private final Function<? super ActorRef<?>, String> typeOf;
    private final Predicate<? super String> types;
    private final BooleanSupplier sampler;
    private final @Nullable ActorSendObservationConvention sends;
    private final @Nullable ActorProcessObservationConvention processes;
    private final @Nullable ActorRestartObservationConvention restarts;

    private ActorTracing(Builder builder) {
        registry = builder.registry;
        typeOf = builder.typeOf;
        types = builder.types;
        sampler = builder.sampler;
        sends = builder.sends;
        processes = builder.processes;
        restarts = builder.restarts;
    }

    /** Observes all that there is, with default settings. */
    public static ActorTracing of(ObservationRegistry registry) {
        return builder(registry).build();
    }

    /** Settings of what is to be observed: all actors, each message, and conventions as documented unless said otherwise. */
    public static Builder builder(ObservationRegistry registry) {
        return new Builder(Objects.requireNonNull(registry, "registry: null (expected: an ObservationRegistry)"));
    }

    @Override
    public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
        if (registry.isNoop()) {
            return next.tell(message);
        }
        ContextView context = next.context();
        Observation parent = Ancestry.parent(context, registry);
        if (parent == null && !begins(context)) {
            return next.tell(message);
        }
        String type = typeOf.apply(target);
        Observed send = types.test(type) ? send(type, target, message, parent) : null;
        if (send == null) {
            return parent == null || parent == Ancestry.carried(context)
                    ? next.tell(message)
                    : next.tell(message, carrying(parent, context));
        }
        TellResult result;
        try {
            result = next.tell(message, carrying(send, context));
        } catch (Throwable t) {
            send.failed(t);
            throw t;
        }
        ((ActorSendContext) send.observation().getContext()).result(result);
        send.stop();
        return result;
    }

    /** Which types are observed there is for the other node to say: what belongs to a trace goes on with it. */
    @Override
    public ContextView outgoing(ActorRef<?> target, Object message, ContextView context) {
        if (registry.isNoop()) {
            return context;
        }
        Observation parent = Ancestry.parent(context, registry);
        if (parent == null && !begins(context)) {
            return context;
        }
        String type = typeOf.apply(target);
        Observed send = parent != null || types.test(type) ? send(type, target, message, parent) : null;
        if (send == null) {
            return context;
        }
        send.stop();
        return carrying(send, context);
    }

    /** Whether a message that belongs to nothing here begins a trace; the sending of one that brings a trace was observed elsewhere. */
    private boolean begins(ContextView context) {
        return !Ancestry.isForeign(context) && sampler.getAsBoolean();
    }

    private @Nullable Observed send(String type, ActorRef<?> target, Object message, @Nullable Observation parent) {
        ActorSendContext send = new ActorSendContext(type, target, message);
        send.setParentObservation(parent);
        return Observed.start(ActorObservationDocumentation.SEND.observation(
                sends, ActorSendObservationConvention.DEFAULT, () -> send, registry));
    }

    private static Context carrying(Observation observation, ContextView context) {
        return Context.of(context).put(ObservationThreadLocalAccessor.KEY, observation);
    }

    private static Context carrying(Observed send, ContextView context) {
        Context carrying = carrying(send.observation(), context);
        Map<String, String> entries = ((ActorSendContext) send.observation().getContext()).entries();
        return entries.isEmpty() ? carrying : carrying.putAllMap(entries);
    }

    @Override
    public void receive(ActorContext<?> context, Object message, ReceiveChain next) throws Exception {
        ContextView carried = context.contextView();
        Observation sender = Ancestry.carried(carried);
        if (registry.isNoop() || sender == null && !Ancestry.isForeign(carried)) {
            next.receive(message);
            return;
        }
        Observed process = process(context, message, carried, sender);
        if (process != null) {
            handle(process, message, next);
        } else if (sender != null) {
            handleWithin(sender, message, next);
        } else {
            next.receive(message);
        }
    }

    private @Nullable Observed process(
            ActorContext<?> context, Object message, ContextView carried, @Nullable Observation sender) {
        String type = typeOf.apply(context.self());
        if (!types.test(type)) {
            return null;
        }
        ActorProcessContext process =
                new ActorProcessContext(type, context.self(), context.incarnation(), message, carried);
        process.setParentObservation(sender);
        return Observed.start(ActorObservationDocumentation.PROCESS.observation(
                processes, ActorProcessObservationConvention.DEFAULT, () -> process, registry));
    }

    private static void handle(Observed process, Object message, ReceiveChain next) throws Exception {
        Observation.Scope scope = process.open();
        try {
            next.receiveAround(message, process::around);
        } catch (Throwable t) {
            process.failed(t);
            throw t;
        } finally {
            Observed.close(scope);
            process.returned();
        }
    }

    /** Of an actor that is not observed: what it sends belongs to what its message belongs to. */
    private static void handleWithin(Observation sender, Object message, ReceiveChain next) throws Exception {
        Observation.Scope scope = Observed.open(sender);
        try {
            next.receive(message);
        } finally {
            Observed.close(scope);
        }
    }

    @Override
    public void signal(ActorContext<?> context, Signal signal, SignalChain next) throws Exception {
        Observed restart = signal instanceof Signal.Restarting restarting ? restart(context, restarting) : null;
        try {
            next.signal(signal);
        } finally {
            if (restart != null) {
                restart.stop();
            }
        }
    }

    private @Nullable Observed restart(ActorContext<?> context, Signal.Restarting signal) {
        if (registry.isNoop()) {
            return null;
        }
        String type = typeOf.apply(context.self());
        if (!types.test(type)) {
            return null;
        }
        ActorRestartContext restart =
                new ActorRestartContext(type, context.self(), context.incarnation(), context.contextView());
        Throwable cause = signal.cause();
        if (cause != null) {
            restart.setError(cause);
        }
        Observed observed = Observed.start(ActorObservationDocumentation.RESTART.observation(
                restarts, ActorRestartObservationConvention.DEFAULT, () -> restart, registry));
        if (observed != null && cause != null) {
            observed.observation().error(cause);
        }
        return observed;
    }

    /** Settings of an {@link ActorTracing}. Not thread-safe. */
    public static final class Builder {
        private final ObservationRegistry registry;
        private Function<? super ActorRef<?>, String> typeOf = ActorTypes::of;
        private Predicate<? super String> types = type -> true;
        private BooleanSupplier sampler = () -> true;
        private @Nullable ActorSendObservationConvention sends;
        private @Nullable ActorProcessObservationConvention processes;
        private @Nullable ActorRestartObservationConvention restarts;

        private Builder(ObservationRegistry registry) {
            this.registry = registry;
        }

        /**
         * Observes actors of some types only: what they are sent, what they do with it, and their restarts. All by default.
         *
         * @param types asked for every message that may be observed, on many threads
         */
        public Builder types(Predicate<? super String> types) {
            this.types = Objects.requireNonNull(types, "types: null (expected: a predicate)");
            return this;
        }

        /**
         * Lets so many of the messages that belong to no trace begin one; those that belong to one are always in it. All, 1, by
         * default. Restarts are observed all the same.
         *
         * @param probability from 0 to 1
         */
        public Builder sampled(double probability) {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("probability: " + probability + " (expected: 0 to 1)");
            }
            return sampled(
                    probability == 1
                            ? () -> true
                            : () -> ThreadLocalRandom.current().nextDouble() < probability);
        }

        Builder sampled(BooleanSupplier sampler) {
            this.sampler = sampler;
            return this;
        }

        /**
         * Says what an actor's type is. By default it is {@link ActorSystem#typeOf}, and of an actor of another node the last name in its
         * path, without a number at its end: {@code order} for {@code order-17}. There should be few.
         *
         * @param typeOf asked for every message that may be observed, on many threads; for actors of other nodes, too
         */
        public Builder typeOf(Function<? super ActorRef<?>, String> typeOf) {
            this.typeOf = Objects.requireNonNull(typeOf, "typeOf: null (expected: a function)");
            return this;
        }

        /** Names and key values of sent messages; of the registry's global conventions, or as documented, by default. */
        public Builder convention(ActorSendObservationConvention convention) {
            sends = Objects.requireNonNull(convention, "convention: null (expected: a convention)");
            return this;
        }

        /** Names and key values of handled messages; of the registry's global conventions, or as documented, by default. */
        public Builder convention(ActorProcessObservationConvention convention) {
            processes = Objects.requireNonNull(convention, "convention: null (expected: a convention)");
            return this;
        }

        /** Names and key values of restarts; of the registry's global conventions, or as documented, by default. */
        public Builder convention(ActorRestartObservationConvention convention) {
            restarts = Objects.requireNonNull(convention, "convention: null (expected: a convention)");
            return this;
        }

        /** An interceptor with these settings. */
        public ActorTracing build() {
            return new ActorTracing(this);
        }
    }
}
