package io.bastion.spring;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.Signal;
import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Restart;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import reactor.core.Disposable;

/**
 * A class with {@link Actor} as an actor: each incarnation is a new bean.
 *
 * @param bean the name of the bean, and of the actor
 */
record ActorBean<M>(String bean, BeanRef<M> reference, ConfigurableListableBeanFactory beans) {
    ActorSpec<M> spec(Actor settings) {
        return ActorSpec.of(bean, this::newIncarnation)
                .mailbox(Mailbox.bounded(settings.mailbox()))
                .restart(Restart.of(settings.restart()));
    }

    private Behavior<M> newIncarnation(ActorContext<M> context) {
        reference.bind(context.self());
        @SuppressWarnings("unchecked") // the reference's messages are those of the class
        Behavior<M> behavior = beans.getBean(bean, Behavior.class);
        return behavior.onSignal(new Life<>(behavior, context, () -> beans.destroyBean(bean, behavior)));
    }

    /** Destroys the bean of an incarnation when that has ended. */
    private static final class Life<M> implements Behavior.SignalHandler<M> {
        private final Behavior<M> behavior;
        private final Runnable destroy;
        private final AtomicBoolean ended = new AtomicBoolean();

        /** For the end without a signal, that of a kill. */
        private final Disposable killed;

        Life(Behavior<M> behavior, ActorContext<M> context, Runnable destroy) {
            this.behavior = behavior;
            this.destroy = destroy;
            killed = context.self().whenTerminated().subscribe(reason -> end());
        }

        @Override
        public boolean onSignal(ActorContext<M> context, Signal signal) throws Exception {
            try {
                behavior.onSignal(context, signal);
            } finally {
                if (!(signal instanceof Signal.Terminated)) {
                    killed.dispose();
                    end();
                }
            }
            return true;
        }

        private void end() {
            if (ended.compareAndSet(false, true)) {
                destroy.run();
            }
        }
    }
}
