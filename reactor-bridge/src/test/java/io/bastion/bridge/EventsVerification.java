package io.bastion.bridge;

import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TreeEvent;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK over the events of a supervisor. */
@SuppressWarnings("NullAway.Init")
public class EventsVerification extends PublisherVerification<TreeEvent> {
    private ActorSystem system;
    private int supervisors;

    public EventsVerification() {
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

    /** The supervisor and its children, as they are. */
    @Override
    public Publisher<TreeEvent> createPublisher(long elements) {
        SupervisorSpec spec = SupervisorSpec.named("s" + supervisors++);
        for (long i = 1; i < elements; i++) {
            spec = spec.child(ActorSpec.of("c" + i, () -> Behavior.receive((context, message) -> {})));
        }
        SupervisorRef supervisor = system.supervise(spec);
        supervisor.whenStarted().block(TckSystem.TIMEOUT);
        return Flux.from(supervisor.events()).take(elements);
    }

    /** There is none: the tree is always there. */
    @Override
    public @Nullable Publisher<TreeEvent> createFailedPublisher() {
        return null;
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1_000;
    }
}
