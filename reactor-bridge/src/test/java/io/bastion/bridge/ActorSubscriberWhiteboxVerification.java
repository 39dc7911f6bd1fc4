package io.bastion.bridge;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.reactivestreams.tck.SubscriberWhiteboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/** The Reactive Streams TCK over {@link ActorSubscriber}; its elements are seen by the actor. */
@SuppressWarnings("NullAway.Init")
public class ActorSubscriberWhiteboxVerification extends SubscriberWhiteboxVerification<Long> {
    private ActorSystem system;

    public ActorSubscriberWhiteboxVerification() {
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
    public Subscriber<Long> createSubscriber(WhiteboxSubscriberProbe<Long> probe) {
        ActorRef<Long> actor = system.spawn(
                ActorSpec.anonymous(() -> Behavior.receive((context, number) -> probe.registerOnNext(number))));
        return new Watched(ActorStreams.subscriber(actor), probe);
    }

    @Override
    public Long createElement(int element) {
        return (long) element;
    }

    /** Tells the probe what comes to a subscriber. */
    private record Watched(ActorSubscriber<Long> inner, WhiteboxSubscriberProbe<Long> probe)
            implements Subscriber<Long> {
        @Override
        public void onSubscribe(Subscription subscription) {
            inner.onSubscribe(subscription);
            probe.registerOnSubscribe(new SubscriberPuppet() {
                /** The subscriber requests by itself. */
                @Override
                public void triggerRequest(long elements) {}

                @Override
                public void signalCancel() {
                    inner.dispose();
                }
            });
        }

        @Override
        public void onNext(Long element) {
            inner.onNext(element);
        }

        @Override
        public void onError(Throwable error) {
            inner.onError(error);
            probe.registerOnError(error);
        }

        @Override
        public void onComplete() {
            inner.onComplete();
            probe.registerOnComplete();
        }
    }
}
