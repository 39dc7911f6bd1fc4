package io.bastion.benchmarks.contender;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.benchmarks.work.Counter;
import io.bastion.benchmarks.work.Gate;
import io.bastion.benchmarks.work.Run;
import io.bastion.benchmarks.work.Work;
import io.bastion.mailbox.Mailbox;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Loads that only ours has: batches, flows, bounded mailboxes, publishers as senders. */
final class BastionLoads {
    private static final Object MESSAGE = new Object();
    private static final int BATCH = 256;
    private static final int SPINS = 50;

    private final ActorSystem system;

    BastionLoads(ActorSystem system) {
        this.system = system;
    }

    /** Builds the processing of an inbox that counts every message. */
    interface Pipeline extends BiFunction<Flux<Object>, Counter<?>, Publisher<?>> {}

    static Publisher<?> map(Flux<Object> inbox, Counter<?> counter) {
        return inbox.map(message -> counted(message, counter));
    }

    static Publisher<?> mapFilter(Flux<Object> inbox, Counter<?> counter) {
        return inbox.map(message -> counted(message, counter)).filter(message -> message == MESSAGE);
    }

    static Publisher<?> flatMapIterable(Flux<Object> inbox, Counter<?> counter) {
        return inbox.flatMapIterable(message -> {
            counter.count();
            return List.of();
        });
    }

    static Publisher<?> concatMap(Flux<Object> inbox, Counter<?> counter) {
        return inbox.concatMap(message -> {
            counter.count();
            return Mono.empty();
        });
    }

    static Publisher<?> flatMap(Flux<Object> inbox, Counter<?> counter) {
        return inbox.flatMap(message -> {
            counter.count();
            return Mono.just(message);
        });
    }

    static Publisher<?> limitRate(Flux<Object> inbox, Counter<?> counter) {
        return inbox.limitRate(BATCH).map(message -> counted(message, counter));
    }

    private static Object counted(Object message, Counter<?> counter) {
        counter.count();
        return message;
    }

    /** One thread outside tells an actor with a reactive processor, within the window of a gate. */
    Work.Load flow(Pipeline pipeline) {
        return operations -> {
            Counter<Object> counter = new Counter<>(operations);
            ActorRef<Object> actor = system.spawn(
                    ActorSpec.anonymous(() -> Behavior.flow((context, inbox) -> pipeline.apply(inbox, counter))));
            Gate gate = counter.gate();
            long start = System.nanoTime();
            for (long i = 1; i <= operations; i++) {
                actor.tell(MESSAGE);
                if (Gate.isStep(i)) {
                    gate.await(i);
                }
            }
            return finished(start, operations, counter, actor);
        };
    }

    /** One thread outside sends batches, within the window of a gate. */
    Work.Load tellAll() {
        List<Object> batch = List.copyOf(Collections.nCopies(BATCH, MESSAGE));
        return operations -> {
            long batches = Math.max(1, operations / BATCH);
            Counter<Object> counter = new Counter<>(batches * BATCH);
            ActorRef<Object> actor = system.spawn(counting(counter));
            Gate gate = counter.gate();
            long start = System.nanoTime();
            for (long i = 1; i <= batches; i++) {
                actor.tellAll(batch);
                if (Gate.isStep(i * BATCH)) {
                    gate.await(i * BATCH);
                }
            }
            return finished(start, batches * BATCH, counter, actor);
        };
    }

    /** One thread outside tells again what was refused. */
    Work.Load bounded(int capacity) {
        return operations -> {
            Counter<Object> counter = new Counter<>(operations);
            ActorRef<Object> actor = system.spawn(counting(counter).mailbox(Mailbox.bounded(capacity)));
            long start = System.nanoTime();
            for (long i = 0; i < operations; i++) {
                while (!actor.tell(MESSAGE).accepted()) {
                    pause();
                }
            }
            return finished(start, operations, counter, actor);
        };
    }

    @SuppressWarnings("ThreadPriorityCheck") // the consumer may need this core
    private static void pause() {
        for (int i = 0; i < SPINS; i++) {
            Thread.onSpinWait();
        }
        Thread.yield();
    }

    /** A publisher on the calling thread feeds the actor. */
    Work.Load feed() {
        return operations -> {
            Counter<Object> counter = new Counter<>(operations);
            ActorRef<Object> actor = system.spawn(counting(counter));
            Flux<Object> source = Flux.generate(sink -> sink.next(MESSAGE)).take(operations);
            long start = System.nanoTime();
            actor.feed(source).subscribe();
            return finished(start, operations, counter, actor);
        };
    }

    private static ActorSpec<Object> counting(Counter<Object> counter) {
        return ActorSpec.anonymous(() -> Behavior.receive((context, message) -> counter.count()));
    }

    private static Run finished(long start, long operations, Counter<?> counter, ActorRef<?> actor)
            throws InterruptedException {
        counter.await();
        long nanos = System.nanoTime() - start;
        actor.stop();
        return new Run(operations, nanos);
    }
}
