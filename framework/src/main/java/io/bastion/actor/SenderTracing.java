package io.bastion.actor;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** See {@link Interceptors#traceSenders}. */
final class SenderTracing implements Interceptor {
    static final SenderTracing INSTANCE = new SenderTracing();

    private SenderTracing() {}

    @Override
    public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
        @Nullable ActorRef<?> sender = ActorCell.sender();
        ContextView context = next.context();
        if (sender != null) {
            return next.tell(message, Context.of(context).put(Contexts.SENDER, sender));
        }
        return next.tell(message);
    }
}
