package io.bastion.bridge;

import io.bastion.actor.ActorSystem;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK over the output of a cold pipeline that fails after every third element and goes on. */
@SuppressWarnings("NullAway.Init")
public class ColdPipelineVerification extends PublisherVerification<Long> {
    private ActorSystem system;

    public ColdPipelineVerification() {
        super(new TestEnvironment(10_000, 200, 50), 1_000);
    }

    @BeforeClass
    public void startSystem() {
        system = ActorSystem.builder("tck").workers(2).build();
    }

    @AfterClass
    public void closeSystem() {
        system.close();
    }

    /** A part of a range of numbers, and then a failure, unless it is the last part. */
    static Flux<Long> part(long from, long end) {
        Flux<Long> part = Flux.generate(() -> new AtomicLong(from), (at, sink) -> {
            if (at.get() == end) {
                sink.complete();
            } else if (at.get() == from + 3) {
                sink.error(new IllegalStateException("after three"));
            } else {
                sink.next(at.getAndIncrement());
            }
            return at;
        });
        return part.take(Math.max(0, end - from));
    }

    static PipelineSpec<Long> pipeline(String name, long elements) {
        return Pipelines.supervise(
                        name, 0L, (Long from) -> part(from, elements), (Long point, Long element) -> element + 1)
                .restart(Restart.transientOnFailure())
                .budget(Budget.unlimited());
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return pipeline("numbers", elements).cold(system);
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return Pipelines.<Long>supervise("failing", () -> Flux.error(new IllegalStateException("at once")))
                .restart(Restart.temporary())
                .cold(system);
    }
}
