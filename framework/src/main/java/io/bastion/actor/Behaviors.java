package io.bastion.actor;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Behaviors made of other behaviors. */
final class Behaviors {
    private Behaviors() {}

    static <M> Behavior<M> withConcurrency(int concurrency, Behavior.ReceiveAsync<M> handler) {
        return new Behavior.ReceiveAsync<>() {
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
        };
    }

    static <M> Behavior<M> withSignals(Behavior<M> behavior, Behavior.SignalHandler<M> signals) {
        if (behavior instanceof Behavior.Receive<M> handler) {
            return new Behavior.Receive<>() {
                @Override
                public void receive(ActorContext<M> context, M message) throws Exception {
                    handler.receive(context, message);
                }

                @Override
                public void onSignal(ActorContext<M> context, Signal signal) throws Exception {
                    signal(behavior, signals, context, signal);
                }
            };
        }
        if (behavior instanceof Behavior.ReceiveAsync<M> handler) {
            return new Behavior.ReceiveAsync<>() {
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
            };
        }
        Behavior.Flow<M> flow = (Behavior.Flow<M>) behavior;
        return new Behavior.Flow<>() {
            @Override
            public Publisher<?> flow(ActorContext<M> context, Flux<M> inbox) throws Exception {
                return flow.flow(context, inbox);
            }

            @Override
            public void onSignal(ActorContext<M> context, Signal signal) throws Exception {
                signal(behavior, signals, context, signal);
            }
        };
    }

    private static <M> void signal(
            Behavior<M> behavior, Behavior.SignalHandler<M> signals, ActorContext<M> context, Signal signal)
            throws Exception {
        if (!signals.onSignal(context, signal)) {
            behavior.onSignal(context, signal);
        }
    }
}
