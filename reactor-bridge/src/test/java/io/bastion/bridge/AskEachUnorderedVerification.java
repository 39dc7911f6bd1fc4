package io.bastion.bridge;

import io.bastion.actor.ActorSystem;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK over {@link AskEach} without order. */
@SuppressWarnings("NullAway.Init")
public class AskEachUnorderedVerification extends PublisherVerification<Long> {
    private ActorSystem system;

    public AskEachUnorderedVerification() {
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
        return Flux.range(0, (int) elements).map(Integer::longValue).transform(operator());
    }

    private AskEach<Long, Long> operator() {
        return ActorStreams.<Long, TckSystem.Question, Long>askEach(
                        TckSystem.echo(system), TckSystem.Question::new, TckSystem.TIMEOUT)
                .unordered()
                .concurrency(8);
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return Flux.<Long>error(new IllegalStateException("failed")).transform(operator());
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1_000;
    }
}
