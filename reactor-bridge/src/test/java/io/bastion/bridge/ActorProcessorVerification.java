package io.bastion.bridge;

import io.bastion.actor.ActorSystem;
import io.bastion.mailbox.Mailbox;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.reactivestreams.Processor;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.IdentityProcessorVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK over {@link ActorProcessor}: both of its sides. */
@SuppressWarnings("NullAway.Init")
public class ActorProcessorVerification extends IdentityProcessorVerification<Long> {
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private ActorSystem system;
    private int processors;

    public ActorProcessorVerification() {
        super(TckSystem.environment());
    }

    @BeforeClass
    public void startSystem() {
        system = TckSystem.start();
    }

    @AfterClass
    public void closeSystem() {
        system.close();
        executor.shutdown();
    }

    private ActorProcessor<Long, Long> identity(int capacity) {
        return ActorStreams.processor(
                "identity-" + processors++,
                (context, in) -> in,
                spec -> system.spawn(spec.mailbox(Mailbox.bounded(capacity))));
    }

    @Override
    public Processor<Long, Long> createIdentityProcessor(int bufferSize) {
        return identity(bufferSize);
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        ActorProcessor<Long, Long> failed = identity(16);
        Flux.<Long>error(new IllegalStateException("failed")).subscribe(failed);
        return failed;
    }

    @Override
    public Long createElement(int element) {
        return (long) element;
    }

    @Override
    public ExecutorService publisherExecutorService() {
        return executor;
    }

    /** For one subscriber. */
    @Override
    public long maxSupportedSubscribers() {
        return 1;
    }
}
