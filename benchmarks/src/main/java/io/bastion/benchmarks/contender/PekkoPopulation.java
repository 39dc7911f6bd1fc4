package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.HeapSurvey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Living Pekko actors that share one stateless behaviour. */
final class PekkoPopulation implements HeapSurvey.Population {
    private static final Object MESSAGE = new Object();

    private final PekkoActors actors;
    private final boolean named;
    private final LongAdder handled = new LongAdder();
    private final Behavior<Object> behavior = Behaviors.receiveMessage(message -> {
        handled.increment();
        return Behaviors.same();
    });

    PekkoPopulation(PekkoActors actors, boolean named) {
        this.actors = actors;
        this.named = named;
    }

    @Override
    public void populate(Object[] places) throws ExecutionException, InterruptedException {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        actors.inGuardian(context -> {
            for (int i = 0; i < places.length; i++) {
                places[i] = named ? context.spawn(behavior, "actor-" + i) : context.spawnAnonymous(behavior);
            }
            done.complete(true);
        });
        done.get();
    }

    @Override
    @SuppressWarnings("unchecked") // populate put it there
    public void tell(Object actor) {
        ((ActorRef<Object>) actor).tell(MESSAGE);
    }

    @Override
    public long handled() {
        return handled.sum();
    }
}
