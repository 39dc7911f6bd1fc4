package io.bastion.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * What a {@code StepVerifier} takes for Reactor's virtual time, and is a {@link VirtualTime}: its {@code thenAwait} moves
 * that on.
 *
 * <p>Only the clock is bridged, no task comes here. A verifier puts the scheduler that it is given in the place of Reactor's
 * own, for which the kit's is put back before the source is made: so everything stays on one scheduler and in one time.
 */
final class StepBridge extends VirtualTimeScheduler {
    private final VirtualTime time;

    private StepBridge(VirtualTime time) {
        super(false);
        this.time = time;
    }

    static <T> StepVerifier.FirstStep<T> verify(
            VirtualTime time,
            Scheduler scheduler,
            Supplier<? extends Publisher<? extends T>> source,
            long initialRequest) {
        return StepVerifier.withVirtualTime(
                () -> {
                    Schedulers.setFactory(new SharedSchedulers(scheduler));
                    Publisher<? extends T> publisher = source.get();
                    return Flux.<T>from(subscriber -> {
                        publisher.subscribe(subscriber);
                        time.advanceBy(Duration.ZERO); // a system that runs only when it is let does so
                    });
                },
                () -> new StepBridge(time),
                initialRequest);
    }

    @Override
    public void advanceTime() {
        time.advanceBy(Duration.ZERO);
    }

    @Override
    public void advanceTimeBy(Duration duration) {
        time.advanceBy(duration);
    }

    @Override
    public void advanceTimeTo(Instant instant) {
        time.advanceTo(Duration.between(Instant.EPOCH, instant));
    }

    @Override
    public long now(TimeUnit unit) {
        return unit.convert(time.nanoTime(), TimeUnit.NANOSECONDS);
    }
}
