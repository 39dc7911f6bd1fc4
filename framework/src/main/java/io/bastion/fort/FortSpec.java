package io.bastion.fort;

import io.bastion.actor.ActorSystem;
import io.bastion.actor.SupervisorSpec;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Restart;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * How code is guarded. Immutable; each method returns a changed copy.
 *
 * <p>The code is the actor {@code code} under a supervisor with the name of the fort at the top of the tree; each run is an incarnation. It
 * runs on {@link Schedulers#boundedElastic()}, never on a worker, and may block. Everything that it throws is a failure of its run,
 * {@code Error}s, {@code StackOverflowError}, {@code LinkageError} and {@code OutOfMemoryError} included; of a publisher that goes on to
 * other threads those errors that Reactor throws past {@code onError} there are seen in a system with {@link
 * ActorSystem.Builder#superviseFatalErrors} only, such as a fort's own.
 *
 * <p>Cancelling a subscription, killing or stopping the actors, and the end of the system all end the code: its thread is interrupted, or
 * its publisher cancelled. Code that takes no notice of that runs on, unobserved.
 *
 * <p>Defaults: {@link #DEFAULT_RESTART}, in a system of its own that lives as long as the code. In a given system only one subscription with
 * the same name can be at a time; a second one fails with an {@code IllegalArgumentException}.
 */
public final class FortSpec {
    /**
     * The policy when nothing is said: after each failure, with waits from 100 ms that double up to 10 s, given up at more than 10 restarts
     * within a minute.
     */
    public static final Restart DEFAULT_RESTART = Restart.transientOnFailure()
            .tries(10)
            .within(Duration.ofMinutes(1))
            .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(10))
                    .jitter(0.2));

    private final String name;
    private final Restart restart;
    private final @Nullable ActorSystem system;

    private FortSpec(String name, Restart restart, @Nullable ActorSystem system) {
        this.name = name;
        this.restart = restart;
        this.system = system;
    }

    static FortSpec named(String name) {
        SupervisorSpec.named(name); // refuses what is no name
        return new FortSpec(name, DEFAULT_RESTART, null);
    }

    /**
     * This fort with another restart policy. Its cap alone limits the restarts: there is no budget besides. {@code RESUME} restarts, {@code
     * STOP} and {@code ESCALATE} give up.
     */
    public FortSpec restart(Restart restart) {
        Objects.requireNonNull(restart, "restart: null (expected: a Restart)");
        return new FortSpec(name, restart, system);
    }

    /** This fort as a part of a system. */
    public FortSpec in(ActorSystem system) {
        Objects.requireNonNull(system, "system: null (expected: an ActorSystem)");
        return new FortSpec(name, restart, system);
    }

    /**
     * Runs a program and waits for its end on the calling thread. With a permanent policy a program that ends normally is run
     * again, too. An interrupt of the calling thread ends the program.
     *
     * @throws FortException if the policy gave up, or the program was stopped
     * @throws IllegalStateException if called on a thread that must not block
     */
    public void run(Fort.Main program, String... args) {
        Objects.requireNonNull(program, "program: null (expected: a main method)");
        run(() -> {
            program.main(args);
            return true;
        });
    }

    /** The same with other code. */
    public void run(Fort.Code program) {
        Objects.requireNonNull(program, "program: null (expected: code)");
        run(() -> {
            program.run();
            return true;
        });
    }

    /**
     * The same with code that has a result, which must not be null.
     *
     * @return the result of the first run that succeeded
     */
    public <T> T run(Callable<T> program) {
        Objects.requireNonNull(program, "program: null (expected: code)");
        Callable<T> checked = () -> Objects.requireNonNull(program.call(), "result: null (expected: a value)");
        return Objects.requireNonNull(guarded(new Call<>(checked), restart)
                .reduce((earlier, later) -> later)
                .block());
    }

    /**
     * Guards code without a result.
     *
     * @return each subscription runs the code until it succeeds; fails with {@link FortException}
     */
    public Mono<Void> guard(Fort.Code code) {
        Objects.requireNonNull(code, "code: null (expected: code)");
        return guard(() -> {
                    code.run();
                    return true;
                })
                .then();
    }

    /**
     * Guards code with a result.
     *
     * @return each subscription runs the code until it succeeds, and gives that result, or completes empty for null; fails with {@link
     *     FortException}
     */
    public <T> Mono<T> guard(Callable<T> code) {
        Objects.requireNonNull(code, "code: null (expected: code)");
        return guarded(new Call<>(code), onlyFailures()).reduce((earlier, later) -> later);
    }

    /**
     * Guards a publisher.
     *
     * @param source makes a publisher for each run; called on {@link Schedulers#boundedElastic()}, as is the publisher's {@code subscribe}
     * @return the elements of all runs one after another, until a publisher completes; demand goes over from one run to the next. Fails with {@link
     *     FortException}
     */
    public <T> Flux<T> guardFlux(Supplier<? extends Publisher<T>> source) {
        Objects.requireNonNull(source, "source: null (expected: a supplier of publishers)");
        Publisher<T> code =
                actual -> Objects.requireNonNull(source.get(), "source: returned null (expected: a Publisher)")
                        .subscribe(actual);
        return guarded(code, onlyFailures());
    }

    /** A result is given once: the policy counts for failures only. */
    private Restart onlyFailures() {
        Restart r = restart;
        return r.type() == Restart.Type.PERMANENT
                ? new Restart(
                        Restart.Type.TRANSIENT, r.cap(), r.backoff(), r.directives(), r.inFlight(), r.startRetried())
                : r;
    }

    private <T> Flux<T> guarded(Publisher<T> code, Restart policy) {
        ActorSystem given = system;
        if (given != null) {
            return Guard.flux(given, name, policy, code);
        }
        return Flux.usingWhen(
                Mono.fromSupplier(() -> ActorSystem.builder(name)
                        .workers(1)
                        .superviseFatalErrors()
                        .build()),
                own -> Guard.flux(own, name, policy, code),
                own -> own.shutdown(ActorSystem.DEFAULT_SHUTDOWN_TIMEOUT));
    }
}
