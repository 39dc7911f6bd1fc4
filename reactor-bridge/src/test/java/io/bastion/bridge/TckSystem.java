package io.bastion.bridge;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import java.time.Duration;
import org.reactivestreams.tck.TestEnvironment;

/** What the runs of the Reactive Streams TCK have in common. */
final class TckSystem {
    /** Longer than any of their asks takes. */
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private TckSystem() {}

    record Question(long number, ActorRef<Long> replyTo) {}

    static TestEnvironment environment() {
        return new TestEnvironment(10_000, 100, 50);
    }

    static ActorSystem start() {
        return ActorSystem.create("tck");
    }

    static ActorRef<Question> echo(ActorSystem system) {
        return system.spawn(ActorSpec.anonymous(
                () -> Behavior.receive((context, question) -> question.replyTo().tell(question.number()))));
    }

    static <M> ActorRef<M> sink(ActorSystem system) {
        return system.spawn(ActorSpec.anonymous(() -> Behavior.<M>receive((context, message) -> {})));
    }
}
