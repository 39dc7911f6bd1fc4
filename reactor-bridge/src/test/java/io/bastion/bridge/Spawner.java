package io.bastion.bridge;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Strategy;
import io.bastion.testkit.TestKit;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Starts processors below a parent that bears any number of their restarts. */
final class Spawner {
    private Spawner() {}

    static <I, O> ActorProcessor<I, O> processor(
            TestKit kit,
            UnaryOperator<ActorSpec<I>> settings,
            BiFunction<? super ActorContext<I>, ? super Flux<I>, ? extends Publisher<? extends O>> flow) {
        AtomicReference<ActorProcessor<I, O>> processor = new AtomicReference<>();
        ActorRef<Object> parent = kit.spawn(ActorSpec.of("parent", (ActorContext<Object> context) -> {
                    return Behavior.receive((c, m) -> processor.set(
                            ActorStreams.processor("processor", flow, spec -> c.spawn(settings.apply(spec)))));
                })
                .supervision(Strategy.ONE_FOR_ONE, Budget.unlimited()));
        parent.tell("spawn");
        kit.until("the processor is there", () -> processor.get() != null);
        return Objects.requireNonNull(processor.get());
    }
}
