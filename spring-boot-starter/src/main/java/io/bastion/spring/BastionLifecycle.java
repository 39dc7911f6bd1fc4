package io.bastion.spring;

import io.bastion.actor.ActorSystem;
import io.bastion.actor.ShutdownReport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;

/**
 * Starts the actors before web servers, and stops them when those have finished their requests.
 *
 * <p>A web server begins to finish requests in phase {@code DEFAULT_PHASE - 1024} and is stopped in {@code DEFAULT_PHASE - 2048}. Phases
 * begin when the ones above have ended, each within {@code spring.lifecycle.timeout-per-shutdown-phase}.
 */
final class BastionLifecycle implements SmartLifecycle, DisposableBean {
    static final int PHASE = DEFAULT_PHASE - 4096;

    private static final Logger log = LoggerFactory.getLogger(BastionLifecycle.class);

    /** The part of a phase that is left for what comes after the deadline. */
    private static final int MARGIN = 10;

    /** How long killed actors may take to return from their handlers. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final ActorSystem system;
    private final BeanActors actors;
    private final ActorWait wait;
    private final Duration shutdown;
    private final ApplicationEventPublisher events;

    private volatile boolean running;
    private volatile boolean stopped;

    BastionLifecycle(
            ActorSystem system,
            BeanActors actors,
            ActorWait wait,
            Duration shutdown,
            ApplicationEventPublisher events) {
        this.system = system;
        this.actors = actors;
        this.wait = wait;
        this.shutdown = shutdown;
        this.events = events;
    }

    /** The time for actors to stop: what is wished for, and no more than nine tenths of a phase. */
    static Duration shutdownTimeout(@Nullable Duration wished, Duration phase) {
        Duration most = phase.multipliedBy(MARGIN - 1).dividedBy(MARGIN);
        return wished == null || wished.compareTo(most) > 0 ? most : wished;
    }

    @Override
    public void start() {
        if (stopped) {
            throw new IllegalStateException(
                    "start: system " + system.name() + " has been stopped (expected: a new application context)");
        }
        actors.start(system, wait);
        running = true;
        system.whenTerminated().onErrorComplete().subscribe(nothing -> {}, e -> {}, this::terminated);
    }

    /** The application cannot be brought back to life but by another process. */
    private void terminated() {
        if (!stopped) {
            log.error("Actor system {} has terminated: the application is broken", system.name());
            AvailabilityChangeEvent.publish(events, system, LivenessState.BROKEN);
        }
    }

    @Override
    public void stop(Runnable callback) {
        stopped = true;
        running = false;
        system.shutdown(shutdown)
                .subscribe(this::report, e -> log.warn("stop of {} failed", system.name(), e), callback);
    }

    private void report(ShutdownReport report) {
        if (report.late().isEmpty()) {
            log.info("Actors of {} have stopped", system.name());
        } else {
            log.warn("Actors of {} have stopped; killed because they were late: {}", system.name(), report.late());
        }
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** A system that has been stopped cannot go on. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** Ends the system of an application whose start has failed, and of one whose actors were late. */
    @Override
    public void destroy() {
        if (!stopped) {
            wait.await(system.shutdown(shutdown).then().timeout(shutdown.plus(GRACE), Mono.empty()));
        }
        system.kill();
    }
}
