package io.bastion.fort;

import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.relay.Relay;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

/** One subscription to guarded code: an actor whose flow is the code, alone under a supervisor that ends with it. */
final class Guard<T> extends Relay<T, Boolean> {
    private static final String CODE = "code";

    private final String name;
    private final Publisher<T> code;

    /** One run at a time counts. */
    private volatile int tries;

    private Guard(String name, Publisher<T> code, CoreSubscriber<? super T> consumer) {
        super(consumer, consumer.currentContext(), true);
        this.name = name;
        this.code = code;
    }

    /**
     * Guarded code as a publisher; each subscription is a supervisor at the top of the tree.
     *
     * @param code each run subscribes to it, where it may block
     */
    static <T> Flux<T> flux(ActorSystem system, String name, Restart restart, Publisher<T> code) {
        Publisher<T> elsewhere = Flux.from(new FatalAsSignal<>(code)).subscribeOn(Schedulers.boundedElastic());
        return Flux.from(subscriber -> {
            CoreSubscriber<? super T> consumer = Operators.toCoreSubscriber(subscriber);
            Guard<T> guard = new Guard<>(name, elsewhere, consumer);
            consumer.onSubscribe(guard);
            guard.start(
                    system,
                    Relay.supervisor(name, ActorSpec.of(CODE, guard::behavior).restart(restart))
                            .restart(Restart.temporary())
                            .budget(Budget.unlimited()));
        });
    }

    @Override
    protected Publisher<T> source(Boolean ignored) {
        return code;
    }

    @Override
    protected void subscribed() {
        tries++;
    }

    @Override
    protected Throwable failure(@Nullable Throwable cause) {
        return new FortException(name, tries, cause);
    }
}
