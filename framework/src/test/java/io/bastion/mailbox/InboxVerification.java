package io.bastion.mailbox;

import io.bastion.scheduler.NumaScheduler;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK over {@link Inbox}. */
@SuppressWarnings("NullAway.Init")
public class InboxVerification extends PublisherVerification<Long> {
    private NumaScheduler scheduler;

    public InboxVerification() {
        super(new TestEnvironment(10_000, 100, 10), 1_000); // looks for the errors every 10 ms, not only at the end
    }

    @BeforeClass
    public void startScheduler() {
        scheduler = NumaScheduler.builder().name("tck").workersPerNode(2).build();
    }

    @AfterClass
    public void disposeScheduler() {
        scheduler.dispose();
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return new CountingQueue(scheduler.localHome(), elements).published();
    }

    /** One that refuses its second subscriber. */
    @Override
    public Publisher<Long> createFailedPublisher() {
        Flux<Long> inbox = new CountingQueue(scheduler.localHome(), 1).published();
        inbox.subscribe();
        return inbox;
    }
}
