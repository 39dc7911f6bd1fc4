package io.bastion.actor;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.SynchronousSink;

/** The events of a tree as a stream that begins with the tree as it is. */
final class TreeEvents {
    /*
     * A subscriber is registered before a walk goes down the tree, so that it misses nothing; the walk tells it of each actor
     * on that actor's worker, where the actor's events are published as well. So for each actor there is one order: what
     * comes before the walk has come by is left out, since the walk tells what has become of it, and what comes after it is
     * passed on. Children are announced on their parent's worker: one that is announced before its parent is known will be
     * found by the walk.
     */

    private final List<FluxSink<Item>> sinks = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /** What comes to a subscriber: an event; or with the walk, an actor that is there, or the end of the walk. */
    private sealed interface Item {
        record Event(TreeEvent event) implements Item {}

        record Present(TreeEvent.Started event) implements Item {}

        /** The walk has found an actor gone. */
        record Missed(ActorRef<?> actor) implements Item {}

        record EndOfWalk() implements Item {}
    }

    boolean isObserved() {
        return !sinks.isEmpty();
    }

    void publish(TreeEvent event) {
        for (FluxSink<Item> sink : sinks) {
            next(sink, new Item.Event(event));
        }
    }

    private static void next(FluxSink<Item> sink, Item item) {
        try {
            sink.next(item);
        } catch (Throwable t) {
            Report.warn("subscriber of events failed", t);
        }
    }

    /** The events of an actor and of all below it; ends with the actor. */
    Flux<TreeEvent> flux(ActorCell<?> top) {
        return Flux.defer(() -> {
            Filter filter = new Filter(top);
            return Flux.<Item>create(sink -> {
                        sinks.add(sink);
                        sink.onDispose(() -> sinks.remove(sink));
                        if (closed) {
                            sink.complete();
                        } else {
                            Walk walk = new Walk(sink);
                            top.tellSystem(new Visit(walk));
                        }
                    })
                    .handle(filter::pass);
        });
    }

    void close() {
        closed = true;
        sinks.forEach(sink -> Report.guard(sink::complete));
    }

    /** The walk down the tree for one subscriber. */
    private static final class Walk {
        private final FluxSink<Item> sink;
        private final AtomicInteger pending = new AtomicInteger(1);

        Walk(FluxSink<Item> sink) {
            this.sink = sink;
        }

        void visit(ActorCell<?> cell) {
            next(
                    sink,
                    new Item.Present(new TreeEvent.Started(
                            cell, cell.template.supervision().kind(), cell.incarnationNumber())));
            for (ActorCell<?> child = cell.firstChild; child != null; child = child.nextSibling) {
                pending.incrementAndGet();
                child.tellSystem(new Visit(this));
            }
            left();
        }

        void missed(ActorCell<?> cell) {
            next(sink, new Item.Missed(cell));
            left();
        }

        private void left() {
            if (pending.decrementAndGet() == 0) {
                next(sink, new Item.EndOfWalk());
            }
        }
    }

    private static final class Visit extends SystemMessage.Plain {
        private final Walk walk;

        Visit(Walk walk) {
            this.walk = walk;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            walk.visit(cell);
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            walk.missed(cell);
        }
    }

    /** What a subscriber gets to see; called serially. */
    private static final class Filter {
        private final ActorCell<?> top;

        Filter(ActorCell<?> top) {
            this.top = top;
        }

        /** The actors that it knows, until the walk is over. */
        private @Nullable Set<ActorRef<?>> known = new HashSet<>();

        /** The actors whose last events come although they were gone before the walk came by. */
        private final Set<ActorRef<?>> missed = new HashSet<>();

        void pass(Item item, SynchronousSink<TreeEvent> to) {
            Set<ActorRef<?>> k = known;
            if (item instanceof Item.EndOfWalk) {
                known = null;
            } else if (item instanceof Item.Missed m) {
                if (m.actor == top && top.parent != null) {
                    to.complete();
                } else if (k != null && !k.contains(m.actor)) {
                    missed.add(m.actor);
                }
            } else if (item instanceof Item.Present present) {
                if (k != null && k.add(present.event.actor())) {
                    to.next(present.event);
                }
            } else if (item instanceof Item.Event e && (k == null ? isOfTree(e.event) : isKnown(k, e.event))) {
                to.next(e.event);
                if (e.event instanceof TreeEvent.Stopped stopped && stopped.actor() == top && top.parent != null) {
                    to.complete();
                }
            }
        }

        private boolean isOfTree(TreeEvent event) {
            return ((ActorCell<?>) event.actor()).isWithin(top) && !missed.contains(event.actor());
        }

        private static boolean isKnown(Set<ActorRef<?>> known, TreeEvent event) {
            if (!(event instanceof TreeEvent.Started started)) {
                return known.contains(event.actor());
            }
            ActorCell<?> parent = ((ActorCell<?>) started.actor()).parent;
            return parent != null && known.contains(parent) && known.add(started.actor());
        }
    }
}
