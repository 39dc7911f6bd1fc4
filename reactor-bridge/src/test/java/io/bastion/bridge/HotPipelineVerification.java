package io.bastion.bridge;

import io.bastion.actor.ActorSystem;
import io.bastion.supervision.Restart;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK over the output of a hot pipeline that fails after every third element and goes on. */
@SuppressWarnings("NullAway.Init")
public class HotPipelineVerification extends PublisherVerification<Long> {
    private final AtomicInteger names = new AtomicInteger();
    private ActorSystem system;

    public HotPipelineVerification() {
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

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return ColdPipelineVerification.pipeline("numbers-" + names.incrementAndGet(), elements)
                .prefetch(16)
                .hot(system)
                .flux();
    }

    /** One that is over. */
    @Override
    public Publisher<Long> createFailedPublisher() {
        Pipeline<Long> failing = Pipelines.<Long>supervise(
                        "failing-" + names.incrementAndGet(), () -> Flux.error(new IllegalStateException("at once")))
                .restart(Restart.temporary())
                .hot(system);
        failing.whenTerminated().block(Duration.ofSeconds(10));
        return failing.flux();
    }

    /** Not what it is: who is there sees what comes, and nothing comes while one of them requests nothing. */
    @Test
    @Override
    public void optional_spec111_registeredSubscribersMustReceiveOnNextOrOnCompleteSignals() {
        notVerified("the slowest subscriber sets the pace");
    }

    /** The same. */
    @Test
    @Override
    public void
            optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingOneByOne() {
        notVerified("the slowest subscriber sets the pace");
    }
}
