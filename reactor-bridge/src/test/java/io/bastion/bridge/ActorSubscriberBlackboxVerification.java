package io.bastion.bridge;

import io.bastion.actor.ActorSystem;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/** The Reactive Streams TCK over {@link ActorSubscriber}, seen from outside. */
@SuppressWarnings("NullAway.Init")
public class ActorSubscriberBlackboxVerification extends SubscriberBlackboxVerification<Long> {
    private ActorSystem system;

    public ActorSubscriberBlackboxVerification() {
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
    public Subscriber<Long> createSubscriber() {
        return ActorStreams.subscriber(TckSystem.<Long>sink(system));
    }

    @Override
    public Long createElement(int element) {
        return (long) element;
    }
}
