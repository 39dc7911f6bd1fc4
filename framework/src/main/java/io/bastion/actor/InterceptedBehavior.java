package io.bastion.actor;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Fuseable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * The interceptors around one behavior, and the message that is on its way through them. Belongs to the cell's worker.
 *
 * <p>Each shape of behavior is wrapped in one of the same shape, so that what runs behaviors knows nothing of interceptors.
 */
final class InterceptedBehavior<M> {
    private final List<Interceptor> interceptors;
    private final ActorCell<M> cell;
    private final Behavior<M> behavior;
    private final End<M> end;
    private final Link first;
    private State state = State.IDLE;

    /** What the asynchronous handler has returned for the message. */
    private @Nullable Publisher<?> work;

    private enum State {
        IDLE,
        OPEN,
        PASSED,
        DROPPED
    }

    /** What becomes of a message that has come through. */
    @FunctionalInterface
    private interface End<M> {
        void receive(ActorContext<M> context, M message) throws Exception;
    }

    private InterceptedBehavior(
            List<Interceptor> interceptors, ActorCell<M> cell, Behavior<M> behavior, @Nullable End<M> end) {
        this.interceptors = interceptors;
        this.cell = cell;
        this.behavior = behavior;
        this.end = end != null ? end : this::begin;
        first = new Link(0);
    }

    static <M> Behavior<M> of(List<Interceptor> interceptors, ActorCell<M> cell, Behavior<M> behavior) {
        if (behavior instanceof Behavior.Receive<M> handler) {
            return new Sync<>(new InterceptedBehavior<>(interceptors, cell, behavior, handler::receive));
        }
        if (behavior instanceof Behavior.ReceiveAsync<M> handler) {
            return new Async<>(new InterceptedBehavior<>(interceptors, cell, behavior, null), handler.concurrency());
        }
        return new Piped<>(interceptors, cell, (Behavior.Flow<M>) behavior);
    }

    private void begin(ActorContext<M> context, M message) throws Exception {
        work = Objects.requireNonNull(
                ((Behavior.ReceiveAsync<M>) behavior).receive(context, message),
                "receive: returned null (expected: a Publisher)");
    }

    private void receive(Object message) throws Exception {
        state = State.OPEN;
        try {
            first.intercept(message);
        } finally {
            state = State.IDLE;
        }
    }

    private Publisher<?> takeWork() {
        Publisher<?> begun = work;
        work = null;
        return begun == null ? Mono.empty() : begun;
    }

    private void signal(int index, Signal signal) throws Exception {
        if (index == interceptors.size()) {
            behavior.onSignal(cell, signal);
        } else {
            interceptors.get(index).signal(cell, signal, s -> signal(index + 1, s));
        }
    }

    /** What is passed on by the interceptor before. */
    private final class Link implements Interceptor.ReceiveChain {
        private final int index;
        private final @Nullable Link next;

        Link(int index) {
            this.index = index;
            next = index == interceptors.size() ? null : new Link(index + 1);
        }

        @SuppressWarnings("unchecked") // of the actor's type, as interceptors are told
        void intercept(Object message) throws Exception {
            if (next != null) {
                interceptors.get(index).receive(cell, message, next);
                return;
            }
            state = State.PASSED;
            try {
                end.receive(cell, (M) message);
            } catch (Throwable t) {
                state = State.OPEN; // it may be tried again
                throw t;
            }
        }

        @Override
        public void receive(Object message) throws Exception {
            Objects.requireNonNull(message, "message: null (expected: a message)");
            checkOpen("receive");
            intercept(message);
        }

        @Override
        public void receive(Object message, Interceptor.DoneListener done) throws Exception {
            Objects.requireNonNull(done, "done: null (expected: a listener)");
            checkOpen("receive");
            try {
                receive(message);
            } catch (Throwable t) {
                tell(done, t);
                throw t;
            }
            Publisher<?> begun = work;
            if (begun == null || begun instanceof Fuseable.ScalarCallable<?> over && isSuccess(over)) {
                tell(done, null);
            } else {
                work = Flux.from(begun)
                        .doOnComplete(() -> tell(done, null))
                        .doOnError(t -> tell(done, t))
                        .doOnCancel(() -> tell(done, new CancellationException("the work was cancelled")));
            }
        }

        @Override
        public void receiveAround(Object message, UnaryOperator<Publisher<?>> around) throws Exception {
            Objects.requireNonNull(around, "around: null (expected: a function of publishers)");
            receive(message);
            Publisher<?> begun = work;
            if (begun != null) {
                work = Objects.requireNonNull(around.apply(begun), "around: returned null (expected: a Publisher)");
            }
        }

        @Override
        public void drop() {
            checkOpen("drop");
            state = State.DROPPED;
            cell.dropCurrent();
        }

        private void checkOpen(String what) {
            cell.checkWorker();
            if (state != State.OPEN) {
                throw new IllegalStateException(
                        what + ": the message is done with (expected: one call, within Interceptor.receive)");
            }
        }
    }

    private static void tell(Interceptor.DoneListener done, @Nullable Throwable failure) {
        Report.guard(() -> done.done(failure));
    }

    private static boolean isSuccess(Fuseable.ScalarCallable<?> over) {
        try {
            over.call();
            return true;
        } catch (Throwable t) {
            return false;
        }
    }

    private record Sync<M>(InterceptedBehavior<M> inner) implements Behavior.Receive<M>, Behaviors.Wrapper {
        @Override
        public Behavior<?> wrapped() {
            return inner.behavior;
        }

        @Override
        public void receive(ActorContext<M> context, M message) throws Exception {
            inner.receive(message);
        }

        @Override
        public void onSignal(ActorContext<M> context, Signal signal) throws Exception {
            inner.signal(0, signal);
        }
    }

    private record Async<M>(InterceptedBehavior<M> inner, int concurrency)
            implements Behavior.ReceiveAsync<M>, Behaviors.Wrapper {
        @Override
        public Behavior<?> wrapped() {
            return inner.behavior;
        }

        @Override
        public Publisher<?> receive(ActorContext<M> context, M message) throws Exception {
            try {
                inner.receive(message);
            } catch (Throwable t) {
                inner.work = null; // an interceptor has failed after it: not subscribed to
                throw t;
            }
            return inner.takeWork();
        }

        @Override
        public void onSignal(ActorContext<M> context, Signal signal) throws Exception {
            inner.signal(0, signal);
        }
    }

    /** Hands on what the inbox has emitted. */
    private static final class Emission<M> implements End<M> {
        private @Nullable SynchronousSink<M> sink;

        @Override
        public void receive(ActorContext<M> context, M message) {
            Objects.requireNonNull(sink).next(message);
        }
    }

    /** Intercepts what the inbox emits, before any operator of the flow sees it. */
    private record Piped<M>(List<Interceptor> interceptors, ActorCell<M> cell, Behavior.Flow<M> flow)
            implements Behavior.Flow<M>, Behaviors.Wrapper {
        @Override
        public Behavior<?> wrapped() {
            return flow;
        }

        @Override
        public Publisher<?> flow(ActorContext<M> context, Flux<M> inbox) throws Exception {
            Emission<M> emission = new Emission<>();
            InterceptedBehavior<M> inner = new InterceptedBehavior<>(interceptors, cell, flow, emission);
            return flow.flow(context, inbox.handle((message, sink) -> {
                emission.sink = sink;
                try {
                    inner.receive(message);
                } catch (Throwable t) {
                    throw AsyncHandler.sneaky(t);
                }
            }));
        }

        @Override
        public void onSignal(ActorContext<M> context, Signal signal) throws Exception {
            new InterceptedBehavior<>(interceptors, cell, flow, null).signal(0, signal);
        }
    }
}
