package io.bastion.benchmarks.contender;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.benchmarks.work.Actors;
import io.bastion.bridge.ActorProcessor;
import io.bastion.bridge.ActorStreams;
import reactor.core.publisher.Flux;

/** Our actors as stages of a Reactor stream. */
final class BastionStreams {
    private final ActorSystem system;
    private final ActorRef<Integer> listener;
    private final ActorRef<Question> echo;
    private int processors;

    BastionStreams(ActorSystem system) {
        this.system = system;
        listener = system.spawn(ActorSpec.anonymous(() -> Behavior.receive((context, number) -> {})));
        echo = system.spawn(ActorSpec.anonymous(
                () -> Behavior.receive((context, question) -> question.replyTo().tell(question.number()))));
    }

    private record Question(Integer number, ActorRef<Integer> replyTo) {}

    /** Through an actor. */
    Flux<Integer> processor(Flux<Integer> source) {
        ActorProcessor<Integer, Integer> processor = ActorStreams.processor(
                "processor-" + processors++, (context, in) -> in.map(number -> number), system::spawn);
        return processor.flux().doOnSubscribe(subscription -> source.subscribe(processor));
    }

    Flux<Integer> tellEach(Flux<Integer> source) {
        return source.transform(ActorStreams.tellEach(listener));
    }

    Flux<Integer> askEach(Flux<Integer> source) {
        return source.transform(ActorStreams.askEach(echo, Question::new, Actors.ASK_TIMEOUT));
    }
}
