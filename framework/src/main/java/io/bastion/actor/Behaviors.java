package io.bastion.actor;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Behaviors made of other behaviors. */
final class Behaviors {
    private Behaviors() {}

    /** A behavior of ours around one of a user's. */
    interface Wrapper {
        Behavior<?> wrapped();
    }

    static <M> Behavior<M> withConcurrency(int concurrency, Behavior.ReceiveAsync<M> handler) {
        class Concurrent implements Behavior.ReceiveAsync<M>, Wrapper {
            @Override
            public Behavior<?> wrapped() {
                return handler;
            }

            @Override
            public Publisher<?> receive(ActorContext<M> context, M message) throws Exception {
                return handler.receive(context, message);
            }

            @Override
            public int concurrency() {
                return concurrency;
            }

            @Override
            public void onSignal(ActorContext<M> context, Signal signal) throws Exception {
                handler.onSignal(context, signal);
            }
        }
        return new Concurrent();
    }

    static <M> Behavior<M> withSignals(Behavior<M> behavior, Behavior.SignalHandler<M> signals) {
        if (behavior instanceof Behavior.Receive<M> handler) {
            class Signalled implements Behavior.Receive<M>, Wrapper {
                @Override
                public Behavior<?> wrapped() {
                    return behavior;
                }

                @Override
                public void receive(ActorContext<M> context, M message) throws Exception {
                    handler.receive(context, message);
                }

                @Override
                public void onSignal(ActorContext<M> context, Signal signal) throws Exception {
                    signal(behavior, signals, context, signal);
                }
            }
            return new Signalled();
        }
        if (behavior instanceof Behavior.ReceiveAsync<M> handler) {
            class Signalled implements Behavior.ReceiveAsync<M>, Wrapper {
                @Override
                public Behavior<?> wrapped() {
                    return behavior;
                }

                @Override
                public Publisher<?> receive(ActorContext<M> context, M message) throws Exception {
                    return handler.receive(context, message);
                }

                @Override
                public int concurrency() {
                    return handler.concurrency();
                }

                @Override
                public void onSignal(ActorContext<M> context, Signal signal) throws Exception {
                    signal(behavior, signals, context, signal);
                }
            }
            return new Signalled();
        }
        Behavior.Flow<M> flow = (Behavior.Flow<M>) behavior;
        class Signalled implements Behavior.Flow<M>, Wrapper {
            @Override
            public Behavior<?> wrapped() {
                return behavior;
            }

            @Override
            public Publisher<?> flow(ActorContext<M> context, Flux<M> inbox) throws Exception {
                return flow.flow(context, inbox);
            }

            @Override
            public void onSignal(ActorContext<M> context, Signal signal) throws Exception {
                signal(behavior, signals, context, signal);
            }
        }
        return new Signalled();
    }

    private static <M> void signal(
            Behavior<M> behavior, Behavior.SignalHandler<M> signals, ActorContext<M> context, Signal signal)
            throws Exception {
        if (!signals.onSignal(context, signal)) {
            behavior.onSignal(context, signal);
        }
    }
}
