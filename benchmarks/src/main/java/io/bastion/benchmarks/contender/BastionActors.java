package io.bastion.benchmarks.contender;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Signal;
import io.bastion.actor.TellResult;
import io.bastion.benchmarks.work.Actors;
import io.bastion.benchmarks.work.Receiver;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** Our actors: anonymous specifications with all defaults. */
final class BastionActors implements Actors<ActorSpec<Object>, ActorRef<Object>, ActorContext<Object>> {
    private final ActorSystem system;

    BastionActors(ActorSystem system) {
        this.system = system;
    }

    private record Request(ActorRef<Object> replyTo) {}

    /** A receiver as a behaviour. */
    private record Handler(Receiver<ActorContext<Object>> receiver) implements Behavior.Receive<Object> {
        @Override
        public void receive(ActorContext<Object> context, Object message) {
            if (!receiver.receive(context, message)) {
                context.stop();
            }
        }

        @Override
        public void onSignal(ActorContext<Object> context, Signal signal) {
            if (signal instanceof Signal.Stopped) {
                receiver.stopped();
            }
        }
    }

    @Override
    public ActorSpec<Object> spec(Supplier<? extends Receiver<ActorContext<Object>>> receivers) {
        return ActorSpec.anonymous(() -> new Handler(receivers.get()));
    }

    @Override
    public ActorRef<Object> spawn(ActorSpec<Object> spec) {
        return system.spawn(spec);
    }

    @Override
    public ActorRef<Object> spawn(ActorContext<Object> parent, ActorSpec<Object> spec) {
        return parent.spawn(spec);
    }

    @Override
    public ActorRef<Object> self(ActorContext<Object> context) {
        return context.self();
    }

    @Override
    public void tell(ActorRef<Object> actor, Object message) {
        accepted(actor.tell(message));
    }

    /** A burst in one step. */
    void tellAll(ActorRef<Object> actor, List<Object> messages) {
        accepted(actor.tellAll(messages));
    }

    private static void accepted(TellResult result) {
        if (result != TellResult.ACCEPTED) {
            throw new IllegalStateException("tell: " + result + " (expected: ACCEPTED)");
        }
    }

    @Override
    public void stop(ActorRef<Object> actor) {
        actor.stop();
    }

    @Override
    public void ask(ActorRef<Object> actor, BiConsumer<@Nullable Object, @Nullable Throwable> outcome) {
        actor.<Object>ask(Request::new, ASK_TIMEOUT).subscribe(new Outcome(outcome));
    }

    @Override
    public void reply(Object request, Object answer) {
        ((Request) request).replyTo.tell(answer);
    }

    /** Hands the reply on. */
    private record Outcome(BiConsumer<@Nullable Object, @Nullable Throwable> outcome)
            implements CoreSubscriber<Object> {
        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Object reply) {
            outcome.accept(reply, null);
        }

        @Override
        public void onError(Throwable failure) {
            outcome.accept(null, failure);
        }

        @Override
        public void onComplete() {}
    }
}
