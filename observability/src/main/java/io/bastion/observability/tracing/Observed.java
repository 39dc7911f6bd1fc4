package io.bastion.observability.tracing;

import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Fuseable;
import reactor.core.publisher.Flux;

/**
 * An observation that has been started, and is stopped once. What its handlers throw is logged: what observes is not to fail what it
 * observes.
 */
final class Observed {
    private static final Logger LOG = LoggerFactory.getLogger(Observed.class);

    private final Observation observation;
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** Set on the actor's worker, within the handling. */
    private boolean goesOn;

    private Observed(Observation observation) {
        this.observation = observation;
    }

    /** Starts an observation; null if it is not to be, or its start fails. */
    static @Nullable Observed start(Observation observation) {
        if (observation.isNoop()) {
            return null;
        }
        Observed observed = new Observed(observation);
        try {
            observation.start();
        } catch (RuntimeException e) {
            LOG.warn("an observation did not start", e);
            observed.stop();
            return null;
        }
        Ancestry.forgetFar(observation.getContextView());
        return observed;
    }

    Observation observation() {
        return observation;
    }

    /** Makes it the current one of this thread; null if that fails. */
    Observation.@Nullable Scope open() {
        return open(observation);
    }

    static Observation.@Nullable Scope open(Observation observation) {
        try {
            return observation.openScope();
        } catch (RuntimeException e) {
            LOG.warn("an observation did not become current", e);
            return null;
        }
    }

    static void close(Observation.@Nullable Scope scope) {
        if (scope != null) {
            try {
                scope.close();
            } catch (RuntimeException e) {
                LOG.warn("an observation did not cease to be current", e);
            }
        }
    }

    void stop() {
        stop(ActorProcessContext.Outcome.HANDLED, null);
    }

    /** What is observed has failed. */
    void failed(Throwable failure) {
        stop(ActorProcessContext.Outcome.FAILED, failure);
    }

    /** The handler has returned; with an asynchronous one the work may go on. */
    void returned() {
        if (!goesOn) {
            stop();
        }
    }

    private void stop(ActorProcessContext.Outcome outcome, @Nullable Throwable failure) {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        if (observation.getContext() instanceof ActorProcessContext context) {
            context.outcome(outcome);
        }
        try {
            if (failure != null) {
                observation.error(failure);
            }
        } catch (RuntimeException e) {
            LOG.warn("an observation did not take a failure", e);
        } finally {
            end();
        }
    }

    private void end() {
        try {
            observation.stop();
        } catch (RuntimeException e) {
            LOG.warn("an observation did not stop", e);
        }
    }

    /** The work of an asynchronous handler, with whose end this ends, and which has this in its context. */
    Publisher<?> around(Publisher<?> work) {
        if (work instanceof Fuseable.ScalarCallable<?> over) {
            try {
                over.call();
            } catch (Throwable t) {
                failed(t);
            }
            return work;
        }
        goesOn = true;
        Flux<?> ending = Flux.from(work)
                .doOnComplete(this::stop)
                .doOnError(this::failed)
                .doOnCancel(() -> stop(
                        ActorProcessContext.Outcome.CANCELLED, new CancellationException("the work was cancelled")))
                .contextWrite(context -> context.put(ObservationThreadLocalAccessor.KEY, observation));
        return subscriber -> {
            Observation.Scope scope = open();
            try {
                ending.subscribe(subscriber);
            } catch (Throwable t) { // what Reactor throws past onError
                failed(t);
                throw t;
            } finally {
                close(scope);
            }
        };
    }
}
