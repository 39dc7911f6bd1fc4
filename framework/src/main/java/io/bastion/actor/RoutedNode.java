package io.bastion.actor;

import reactor.util.context.ContextView;

/** A message to any member of a group: one that a removed member does not get to goes to another. */
final class RoutedNode extends ContextNode {
    RoutedNode(Object message, ContextView context) {
        super(message, context);
    }

    /** The same message, to be pushed again. */
    RoutedNode again() {
        return new RoutedNode(message(), context());
    }
}
