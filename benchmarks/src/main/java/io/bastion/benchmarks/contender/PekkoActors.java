package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.Actors;
import io.bastion.benchmarks.work.Receiver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** Pekko typed: behaviours from {@code Behaviors.setup}, anonymous children, {@code AskPattern}. */
final class PekkoActors implements Actors<Behavior<Object>, ActorRef<Object>, ActorContext<Object>> {
    /** The guardian of the system that {@link #inGuardian} works through. */
    static final Behavior<Consumer<ActorContext<?>>> GUARDIAN = Behaviors.receive((context, task) -> {
        task.accept(context);
        return Behaviors.same();
    });

    private final ActorSystem<Consumer<ActorContext<?>>> system;

    PekkoActors(ActorSystem<Consumer<ActorContext<?>>> system) {
        this.system = system;
    }

    private record Request(ActorRef<Object> replyTo) {}

    @Override
    public Behavior<Object> spec(Supplier<? extends Receiver<ActorContext<Object>>> receivers) {
        return Behaviors.setup(context -> {
            Receiver<ActorContext<Object>> receiver = receivers.get();
            return Behaviors.receive(
                    (self, message) -> receiver.receive(self, message) ? Behaviors.same() : Behaviors.stopped(),
                    (self, signal) -> signalled(receiver, signal));
        });
    }

    /** Actors that are restarted at every failure. */
    static Behavior<Object> restarted(Behavior<Object> spec) {
        return Behaviors.supervise(spec)
                .onFailure(Exception.class, SupervisorStrategy.restart().withLoggingEnabled(false));
    }

    private static Behavior<Object> signalled(Receiver<?> receiver, Signal signal) {
        if (signal == PostStop.instance()) {
            receiver.stopped();
        }
        return Behaviors.same();
    }

    @Override
    public ActorRef<Object> spawn(Behavior<Object> spec) throws ExecutionException, InterruptedException {
        return start(spec);
    }

    /** Starts an actor of any messages. */
    <M> ActorRef<M> start(Behavior<M> spec) throws ExecutionException, InterruptedException {
        CompletableFuture<ActorRef<M>> started = new CompletableFuture<>();
        inGuardian(context -> started.complete(context.spawnAnonymous(spec)));
        return started.get();
    }

    @Override
    public ActorRef<Object> spawn(ActorContext<Object> parent, Behavior<Object> spec) {
        return parent.spawnAnonymous(spec);
    }

    @Override
    public ActorRef<Object> self(ActorContext<Object> context) {
        return context.getSelf();
    }

    @Override
    public void tell(ActorRef<Object> actor, Object message) {
        actor.tell(message);
    }

    @Override
    public void stop(ActorRef<Object> actor) {
        inGuardian(context -> context.stop(actor));
    }

    @Override
    public void ask(ActorRef<Object> actor, BiConsumer<@Nullable Object, @Nullable Throwable> outcome) {
        // whenComplete would hand over to the common pool, and on two processors start a thread for each reply
        AskPattern.<Object, Object>ask(actor, Request::new, ASK_TIMEOUT, system.scheduler())
                .whenCompleteAsync(outcome, Runnable::run);
    }

    @Override
    public void reply(Object request, Object answer) {
        ((Request) request).replyTo.tell(answer);
    }

    /** Does something in the context of the guardian. */
    void inGuardian(Consumer<ActorContext<?>> task) {
        system.tell(task);
    }
}
