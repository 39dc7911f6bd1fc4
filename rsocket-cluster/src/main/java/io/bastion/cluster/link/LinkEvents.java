package io.bastion.cluster.link;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;

/**
 * A link, and those who hear of it: each event goes to all of them before the next one does, also when a listener causes it. What
 * comes after the end is not told. A listener that throws is logged.
 */
final class LinkEvents {
    private static final Logger log = LoggerFactory.getLogger(LinkEvents.class);

    private final Link link;
    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wip = new AtomicInteger();

    /** These three are for whoever drains. */
    private final List<LinkListener> listeners;

    private boolean unreachable;
    private boolean over;

    private volatile boolean told;
    private volatile boolean ended;
    private volatile boolean doubtful;

    LinkEvents(Link link, List<LinkListener> listeners) {
        this.link = link;
        this.listeners = new ArrayList<>(listeners);
    }

    Link link() {
        return link;
    }

    /** Whether all know that it is up, and it has not ended. */
    boolean usable() {
        return told && !ended;
    }

    boolean ended() {
        return ended;
    }

    /** Whether nothing is heard of the other end. */
    boolean doubtful() {
        return doubtful;
    }

    void up(Runnable then) {
        next(() -> {
            tell(listener -> listener.up(link));
            told = true;
            then.run();
        });
    }

    void pushed(ByteBuf message) {
        message.retain();
        next(() -> {
            try {
                tell(listener -> listener.pushed(link, message.duplicate()));
            } finally {
                message.release();
            }
        });
    }

    void reach(boolean lost) {
        doubtful = lost;
        next(() -> {
            unreachable = lost;
            tell(listener -> reach(listener, lost));
        });
    }

    private void reach(LinkListener listener, boolean lost) {
        if (lost) {
            listener.unreachable(link);
        } else {
            listener.reachable(link);
        }
    }

    void down(String reason, Runnable then) {
        ended = true;
        next(() -> {
            tell(listener -> listener.down(link, reason));
            over = true;
            then.run();
        });
    }

    /** Adds a listener that was not there when the link came up. */
    void add(LinkListener listener) {
        next(() -> {
            if (over) {
                return;
            }
            listeners.add(listener);
            tell(listener, l -> l.up(link));
            if (unreachable) {
                tell(listener, l -> l.unreachable(link));
            }
        });
    }

    private void next(Runnable event) {
        events.add(event);
        if (wip.getAndIncrement() != 0) {
            return;
        }
        do {
            Runnable next = events.poll();
            if (next != null) {
                next.run();
            }
        } while (wip.decrementAndGet() != 0);
    }

    private void tell(Consumer<LinkListener> event) {
        if (!over) {
            listeners.forEach(listener -> tell(listener, event));
        }
    }

    static void tell(LinkListener listener, Consumer<LinkListener> event) {
        try {
            event.accept(listener);
        } catch (Throwable e) {
            Exceptions.throwIfJvmFatal(e);
            log.error("{} failed to hear of a link", listener, e);
        }
    }
}
