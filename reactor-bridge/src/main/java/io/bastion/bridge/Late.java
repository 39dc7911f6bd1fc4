package io.bastion.bridge;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.ContextView;

/** Signals that nobody waits for any more: they are logged, and do not go to Reactor's global hooks. */
final class Late {
    private static final Logger LOG = LoggerFactory.getLogger(Late.class);

    private Late() {}

    /** Tells the subscriber's own hook of an error, if it has one, or the log. */
    static void error(Object stream, Throwable error, ContextView context) {
        Consumer<? super Throwable> own = context.getOrDefault("reactor.onErrorDropped.local", null);
        if (own == null) {
            LOG.error("{}: an error that nobody waits for", stream, error);
        } else {
            own.accept(error);
        }
    }

    /** The same for an element. */
    static void element(Object stream, Object element, ContextView context) {
        Consumer<Object> own = context.getOrDefault("reactor.onNextDropped.local", null);
        if (own == null) {
            LOG.warn(
                    "{}: a {} that nobody waits for", stream, element.getClass().getName());
        } else {
            own.accept(element);
        }
    }
}
