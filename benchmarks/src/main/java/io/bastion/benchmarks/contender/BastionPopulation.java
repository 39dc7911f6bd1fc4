package io.bastion.benchmarks.contender;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.benchmarks.work.Finish;
import io.bastion.benchmarks.work.HeapSurvey;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Our living actors, children of one parent. */
final class BastionPopulation implements HeapSurvey.Population {
    private static final Object MESSAGE = new Object();

    private final ActorSystem system;
    private final boolean named;
    private final ActorSpec<Object> spec;
    private final @Nullable LongAdder handled;

    private BastionPopulation(ActorSystem system, boolean named, ActorSpec<Object> spec, @Nullable LongAdder handled) {
        this.system = system;
        this.named = named;
        this.spec = spec;
        this.handled = handled;
    }

    /** Actors that share one stateless handler. */
    static BastionPopulation handlers(ActorSystem system, boolean named) {
        LongAdder handled = new LongAdder();
        Behavior<Object> behavior = Behavior.receive((context, message) -> handled.increment());
        return new BastionPopulation(system, named, ActorSpec.anonymous(() -> behavior), handled);
    }

    /** Actors with the smallest reactive processor there is: the inbox itself. */
    static BastionPopulation flows(ActorSystem system) {
        Behavior<Object> behavior = Behavior.flow((context, inbox) -> inbox);
        return new BastionPopulation(system, false, ActorSpec.anonymous(() -> behavior), null);
    }

    @Override
    public void populate(Object[] places) throws InterruptedException {
        Finish finish = new Finish(1);
        ActorRef<Object> parent = system.spawn(ActorSpec.anonymous(() -> Behavior.receive((context, message) -> {
            spawn(context, places);
            finish.reached();
        })));
        parent.tell(MESSAGE);
        finish.await();
    }

    private void spawn(ActorContext<Object> context, Object[] places) {
        for (int i = 0; i < places.length; i++) {
            places[i] = context.spawn(named ? spec.named("actor-" + i) : spec);
        }
    }

    @Override
    @SuppressWarnings("unchecked") // populate put it there
    public void tell(Object actor) {
        ((ActorRef<Object>) actor).tell(MESSAGE);
    }

    @Override
    public long handled() {
        if (handled != null) {
            return handled.sum();
        }
        // less the message to the parent
        return system.stats().blockOptional().orElseThrow().handled() - 1;
    }
}
