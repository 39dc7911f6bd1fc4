package io.bastion.benchmarks.jmh;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to tell an actor and to handle it, on one thread, in nanoseconds a message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TellBenchmark {
    private static final int BURST = 64;
    private static final Object MESSAGE = new Object();

    private long handled;
    private final CallerScheduler scheduler = new CallerScheduler();
    private final ActorSystem system =
            ActorSystem.builder("benchmark").scheduler(scheduler).build();
    private final ActorRef<Object> handler =
            system.spawn(ActorSpec.anonymous(() -> Behavior.receive((context, message) -> handled++)));
    private final ActorRef<Object> flow = system.spawn(
            ActorSpec.anonymous(() -> Behavior.flow((context, inbox) -> inbox.doOnNext(message -> handled++))));
    private final List<Object> burst = List.copyOf(Collections.nCopies(BURST, MESSAGE));

    /** A message to an idle actor. */
    @Benchmark
    public long one() {
        handler.tell(MESSAGE);
        scheduler.drain();
        return handled;
    }

    /** 64 messages before the actor runs. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public long burst() {
        for (int i = 0; i < BURST; i++) {
            handler.tell(MESSAGE);
        }
        scheduler.drain();
        return handled;
    }

    /** 64 messages in one step. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public long all() {
        handler.tellAll(burst);
        scheduler.drain();
        return handled;
    }

    /** 64 messages to an actor that is a reactive processor. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public long flow() {
        for (int i = 0; i < BURST; i++) {
            flow.tell(MESSAGE);
        }
        scheduler.drain();
        return handled;
    }

    /** Lets the timer's thread go. */
    @TearDown
    public void end() {
        scheduler.dispose();
    }
}
