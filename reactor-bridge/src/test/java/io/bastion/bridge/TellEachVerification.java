package io.bastion.bridge;

import io.bastion.actor.ActorSystem;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK over {@link ActorStreams#tellEach}. */
@SuppressWarnings("NullAway.Init")
public class TellEachVerification extends PublisherVerification<Long> {
    private ActorSystem system;

    public TellEachVerification() {
        super(TckSystem.environment());
    }

    @BeforeClass
    public void startSystem() {
        system = TckSystem.start();
    }

    @AfterClass
    public void closeSystem() {
        system.close();
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return Flux.range(0, (int) elements)
                .map(Integer::longValue)
                .transform(ActorStreams.tellEach(TckSystem.<Long>sink(system)));
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return Flux.<Long>error(new IllegalStateException("failed"))
                .transform(ActorStreams.tellEach(TckSystem.<Long>sink(system)));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1_000;
    }
}
