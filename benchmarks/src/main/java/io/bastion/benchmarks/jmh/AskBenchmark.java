package io.bastion.benchmarks.jmh;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What an ask and its reply cost with a time-out of 5 s that is never reached, on one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AskBenchmark {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private long asked;
    private long sum;
    private final CallerScheduler scheduler = new CallerScheduler();
    private final ActorSystem system =
            ActorSystem.builder("benchmark").scheduler(scheduler).build();
    private final ActorRef<ActorRef<Long>> server =
            system.spawn(ActorSpec.anonymous(() -> Behavior.receive((context, replyTo) -> replyTo.tell(++asked))));

    /** The request is the reply's reference itself. */
    @Benchmark
    public long ask() {
        server.<Long>ask(replyTo -> replyTo, TIMEOUT).subscribe(reply -> sum += reply);
        scheduler.drain();
        return sum;
    }

    /** Lets the timer's thread go. */
    @TearDown
    public void end() {
        scheduler.dispose();
    }
}
