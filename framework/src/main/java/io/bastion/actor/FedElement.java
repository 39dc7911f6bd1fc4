package io.bastion.actor;

import reactor.util.context.ContextView;

/** An element of a feed that brings a context of its own. */
record FedElement(Object message, ContextView context) {}
