package io.bastion.fort;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.supervision.AutoShutdown;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

/**
 * One subscription to guarded code: an actor whose flow is the code, alone under a supervisor that ends with it. Hands the
 * demand from one run to the next.
 */
final class Guard<T> {
    private static final String CODE = "code";

    private final String name;
    private final Publisher<T> code;
    private final FluxSink<T> sink;

    private volatile int tries;

    /** The latest run has ended normally. */
    private volatile boolean succeeded;

    private volatile TerminationReason end = TerminationReason.STOPPED;

    /** What is requested and has not come; guarded by this. */
    private long demand;

    /** The run that is to meet the demand; guarded by this. */
    private @Nullable Attempt<T> current;

    private Guard(String name, Publisher<T> code, FluxSink<T> sink) {
        this.name = name;
        this.code = code;
        this.sink = sink;
    }

    /**
     * Guarded code as a publisher; each subscription is a supervisor at the top of the tree.
     *
     * @param code each run subscribes to it, where it may block
     */
    static <T> Flux<T> flux(ActorSystem system, String name, Restart restart, Publisher<T> code) {
        Publisher<T> elsewhere = Flux.from(new FatalAsSignal<>(code)).subscribeOn(Schedulers.boundedElastic());
        return Flux.create(sink -> new Guard<>(name, elsewhere, sink).start(system, restart));
    }

    private void start(ActorSystem system, Restart restart) {
        SupervisorRef supervisor = system.supervise(SupervisorSpec.named(name)
                .restart(Restart.temporary())
                .budget(Budget.unlimited())
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .child(ActorSpec.of(CODE, this::behavior).restart(restart).significant()));
        sink.onRequest(this::request);
        sink.onDispose(supervisor::kill);
        supervisor.whenTerminated().subscribe(this::ended);
    }

    private Behavior<Object> behavior(ActorContext<Object> context) {
        if (tries == 0) {
            context.self().whenTerminated().subscribe(reason -> end = reason);
        }
        return Behavior.flow((c, inbox) -> run -> {
            tries++; // one run at a time
            succeeded = false;
            code.subscribe(new Attempt<>(this, run));
        });
    }

    ContextView contextView() {
        return sink.contextView();
    }

    private void request(long n) {
        Attempt<T> attempt;
        synchronized (this) {
            demand = Operators.addCap(demand, n);
            attempt = current;
        }
        if (attempt != null) {
            attempt.demand(n);
        }
    }

    /** A run can be asked for elements. */
    void attach(Attempt<T> attempt) {
        long n;
        synchronized (this) {
            current = attempt;
            n = demand;
        }
        if (n > 0) {
            attempt.demand(n);
        }
    }

    void emit(T element) {
        synchronized (this) {
            demand = demand == Long.MAX_VALUE ? demand : demand - 1;
        }
        sink.next(element);
    }

    /** A run is over. */
    void detach(boolean success) {
        synchronized (this) {
            current = null;
        }
        succeeded = success;
    }

    private void ended(TerminationReason supervisorsEnd) {
        if (succeeded) {
            sink.complete();
        } else {
            Throwable cause = causeOf(end);
            sink.error(new FortException(name, tries, cause != null ? cause : causeOf(supervisorsEnd)));
        }
    }

    private static @Nullable Throwable causeOf(TerminationReason reason) {
        return reason instanceof TerminationReason.Failed failed ? failed.cause() : null;
    }
}
