package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.Actors;
import io.bastion.benchmarks.work.Checks;
import io.bastion.benchmarks.work.Finish;
import io.bastion.benchmarks.work.Run;
import io.bastion.benchmarks.work.StreamLoads;
import io.bastion.benchmarks.work.Work;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.typed.javadsl.ActorFlow;

/** Asks as a stage of Pekko Streams: {@code ActorFlow.ask}, as many at a time as ours. */
final class PekkoStreams {
    private static final int PARALLELISM = 256;

    private PekkoStreams() {}

    private record Question(Integer number, ActorRef<Integer> replyTo) {}

    static Work.Load askEach(ActorSystem<?> system, PekkoActors actors) {
        return operations -> {
            int size = StreamLoads.size(operations);
            ActorRef<Question> echo = actors.start(Behaviors.receiveMessage(question -> {
                question.replyTo().tell(question.number());
                return Behaviors.same();
            }));
            Finish finish = new Finish(1);
            long[] sum = new long[2];
            long start = System.nanoTime();
            CompletionStage<?> end = Source.range(0, size - 1)
                    .via(ActorFlow.ask(PARALLELISM, echo, Actors.ASK_TIMEOUT, Question::new))
                    .runWith(
                            Sink.foreach(number -> {
                                sum[0]++;
                                sum[1] += number;
                            }),
                            system);
            end.whenCompleteAsync(
                    (done, failure) -> {
                        if (failure == null) {
                            finish.reached();
                        } else {
                            finish.failed(failure);
                        }
                    },
                    Runnable::run);
            finish.await();
            long nanos = System.nanoTime() - start;
            Checks.equal("numbers", sum[0], size);
            Checks.equal("sum", sum[1], StreamLoads.sumOf(size));
            actors.inGuardian(context -> context.stop(echo));
            return new Run(size, nanos);
        };
    }
}
