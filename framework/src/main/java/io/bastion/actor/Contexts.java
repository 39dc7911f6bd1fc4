package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Reactor contexts on their way from one actor to another. */
final class Contexts {
    /*
     * Reactor's keys for what operators do with what they drop, discard or fail at. They are said of one subscription: the
     * asker's onErrorContinue, for one, must not reach into the pipeline of the actor that it asks.
     */
    static final String ON_DISCARD = "reactor.onDiscard.local";
    static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";
    static final String ON_NEXT_DROPPED = "reactor.onNextDropped.local";

    /** The key of the actor that sent a message, where that is traced; not seen by users. */
    static final Object SENDER = new Object() {
        @Override
        public String toString() {
            return "io.bastion.sender";
        }
    };

    private static final Object[] OF_ONE_SUBSCRIPTION = {
        AskMono.ASKER,
        ON_DISCARD,
        ON_ERROR_DROPPED,
        ON_NEXT_DROPPED,
        "reactor.onNextError.localStrategy",
        "reactor.onOperatorError.local",
        "reactor.onRejectedExecution.local"
    };

    private Contexts() {}

    /** A context without what concerns only the subscription that it comes from. */
    static ContextView forOthers(ContextView context) {
        if (context.isEmpty() || LateSignals.isOnlyOurs(context)) {
            return Context.empty();
        }
        ContextView left = context;
        for (Object key : OF_ONE_SUBSCRIPTION) {
            left = without(key, left);
        }
        return left;
    }

    private static ContextView without(Object key, ContextView context) {
        return context.hasKey(key) ? Context.of(context).delete(key) : context;
    }

    /** What a message carries, as its receiver sees it; empty if it carries nothing. */
    static ContextView of(@Nullable MessageNode node) {
        return node instanceof ContextNode carrier ? without(SENDER, carrier.context()) : Context.empty();
    }

    /** Who sent a message, if that is known. */
    static @Nullable ActorRef<?> sender(@Nullable MessageNode node) {
        if (node instanceof ContextNode carrier) {
            ActorRef<?> traced = carrier.context().getOrDefault(SENDER, null);
            return traced == null && node instanceof AskNode ask ? ask.ask().asker() : traced;
        }
        return null;
    }

    /** A message with a context, if that is not empty. */
    static MessageNode node(Object message, ContextView context) {
        return context.isEmpty() ? new MessageNode(message) : new ContextNode(message, context);
    }
}
