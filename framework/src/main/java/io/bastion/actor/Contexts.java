package io.bastion.actor;

import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Reactor contexts on their way from one actor to another. */
final class Contexts {
    /** Reactor's key for the consumer of elements that operators discard: a flow has one of its own. */
    static final String ON_DISCARD = "reactor.onDiscard.local";

    private Contexts() {}

    /** A context without what concerns only the actor that it comes from. */
    static ContextView forOthers(ContextView context) {
        if (context.hasKey(AskMono.ASKER) || context.hasKey(ON_DISCARD)) {
            return Context.of(context).delete(AskMono.ASKER).delete(ON_DISCARD);
        }
        return context;
    }
}
