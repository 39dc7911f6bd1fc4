package io.bastion.bridge;

import io.bastion.actor.ActorSystem;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK over {@link AskEach}, in order. */
@SuppressWarnings("NullAway.Init")
public class AskEachVerification extends PublisherVerification<Long> {
    private ActorSystem system;

    public AskEachVerification() {
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
        return numbers(elements).transform(operator());
    }

    private AskEach<Long, Long> operator() {
        return ActorStreams.askEach(TckSystem.echo(system), TckSystem.Question::new, TckSystem.TIMEOUT);
    }

    private static Flux<Long> numbers(long elements) {
        return Flux.range(0, (int) elements).map(Integer::longValue);
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
