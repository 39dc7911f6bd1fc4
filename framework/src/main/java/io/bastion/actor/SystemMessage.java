package io.bastion.actor;

import io.bastion.scheduler.Strand;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * A message of the system lane: it overtakes the mailbox, is never refused and never evicted.
 *
 * <p>It is also the node that wakes the cell, so that sending one allocates nothing more.
 */
abstract sealed class SystemMessage extends Strand.WeightlessNode
        permits ActorTask, PublisherRun, SendMono.Waiter, SystemMessage.Plain {
    /** Link of the lane; written before the message is published in it. */
    @Nullable SystemMessage nextInLane;

    /** Acts on a living cell; on its worker. */
    abstract void deliver(ActorCell<?> cell);

    /** Acts on a cell whose queue is closed; on any thread. */
    void undeliverable(ActorCell<?> cell) {}

    /** Those that have no file of their own. */
    abstract static non-sealed class Plain extends SystemMessage {}

    /** The parent ends the cell; or somebody kills it. */
    static final class Stop extends Plain {
        private final TerminationReason reason;
        private final long allowanceNanos;

        Stop(TerminationReason reason) {
            this(reason, Long.MAX_VALUE);
        }

        /**
         * @param allowanceNanos how long it may take; {@code Long.MAX_VALUE} for no limit but its own
         */
        Stop(TerminationReason reason, long allowanceNanos) {
            this.reason = reason;
            this.allowanceNanos = allowanceNanos;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.beginStop(reason, allowanceNanos);
        }
    }

    /** Somebody ends the cell; a permanent one comes back. */
    static final class StopRequest extends Plain {
        @Override
        void deliver(ActorCell<?> cell) {
            cell.stopRequested();
        }
    }

    /** The first start of a cell that takes more than one step. */
    static final class Begin extends Plain {
        @Override
        void deliver(ActorCell<?> cell) {
            cell.beginStart();
        }
    }

    /** The parent's decision to go on with a new incarnation. */
    static final class Restart extends Plain {
        private final long delayNanos;
        private final boolean answer;

        /**
         * @param answer whether it answers the end of an incarnation, and means no other than that
         */
        Restart(long delayNanos, boolean answer) {
            this.delayNanos = delayNanos;
            this.answer = answer;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            if (!answer || cell.phase == LivingCell.Phase.ENDED) {
                cell.beginClose(new CellExtension.AfterClose.Restart(delayNanos));
            }
        }
    }

    /** The parent's order to undo the incarnation and wait. */
    static final class Suspend extends Plain {
        private final long delayNanos;

        Suspend(long delayNanos) {
            this.delayNanos = delayNanos;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.beginClose(new CellExtension.AfterClose.Hold(delayNanos));
        }
    }

    /** The parent's word that a suspended cell may go on. */
    static final class StartHeld extends Plain {
        @Override
        void deliver(ActorCell<?> cell) {
            cell.startHeld();
        }
    }

    /** The parent's decision to go on with the incarnation that has failed. */
    static final class Resume extends Plain {
        @Override
        void deliver(ActorCell<?> cell) {
            cell.resume();
        }
    }

    /** A bounded mailbox with {@code Overflow.FAIL} has overflowed. */
    static final class Overflowed extends Plain {
        @Override
        void deliver(ActorCell<?> cell) {
            cell.overflowed();
        }
    }

    /** To a parent: an incarnation of a child ended, with the cause if it failed, and waits for a decision. */
    static final class ChildEnded extends Plain {
        private final ActorCell<?> child;
        private final @Nullable Throwable cause;
        private final @Nullable ActorRef<?> origin;

        /**
         * @param origin the actor below the child whose failure it was, if it was not the child's own
         */
        ChildEnded(ActorCell<?> child, @Nullable Throwable cause, @Nullable ActorRef<?> origin) {
            this.child = child;
            this.cause = cause;
            this.origin = origin;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.childEnded(child, cause, origin);
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            child.tellSystem(new Stop(TerminationReason.STOPPED));
        }
    }

    /** To a parent: a child is up whose start was awaited. */
    static final class ChildStarted extends Plain {
        private final ActorCell<?> child;

        ChildStarted(ActorCell<?> child) {
            this.child = child;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.childStarted(child);
        }
    }

    /** To a parent: a child has undone its incarnation and waits. */
    static final class ChildSuspended extends Plain {
        private final ActorCell<?> child;

        ChildSuspended(ActorCell<?> child) {
            this.child = child;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.childSuspended(child);
        }
    }

    /** To a parent: a child is gone. */
    static final class ChildTerminated extends Plain {
        private final ActorCell<?> child;

        ChildTerminated(ActorCell<?> child) {
            this.child = child;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.childTerminated(child);
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            cell.system.terminated(child.settledWithEnded()); // it was left behind
        }
    }

    /** Asks whether the cell is ending for good; answered on its worker, or where it has closed. */
    static final class AskEnding extends Plain {
        private final Consumer<Boolean> answer;

        AskEnding(Consumer<Boolean> answer) {
            this.answer = answer;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            answer.accept(cell.phase.isLast());
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            answer.accept(true);
        }
    }

    /** To the root: a new child that was spawned from outside. */
    static final class Adopt extends Plain {
        private final ActorCell<?> child;

        Adopt(ActorCell<?> child) {
            this.child = child;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.adopt(child);
            child.launch();
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            child.tellSystem(new Stop(TerminationReason.STOPPED));
        }
    }

    /** Somebody wants to know when the cell ends. */
    static final class Watch extends Plain {
        private final ActorCell<?> watcher;

        Watch(ActorCell<?> watcher) {
            this.watcher = watcher;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.extension().watchers().add(watcher);
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            watcher.watchedTerminated(cell, cell.terminationReason());
        }
    }

    /** Takes {@link Watch} back. */
    static final class Unwatch extends Plain {
        private final ActorCell<?> watcher;

        Unwatch(ActorCell<?> watcher) {
            this.watcher = watcher;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.extension().watchers().remove(watcher);
        }
    }

    /** A subscriber of {@link ActorRef#whenTerminated}. */
    static final class AwaitEnd extends Plain {
        private final MonoSink<TerminationReason> sink;

        AwaitEnd(MonoSink<TerminationReason> sink) {
            this.sink = sink;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.extension().ends().add(sink);
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            sink.success(cell.terminationReason());
        }
    }

    /** Takes {@link AwaitEnd} back. */
    static final class EndNotAwaited extends Plain {
        private final MonoSink<TerminationReason> sink;

        EndNotAwaited(MonoSink<TerminationReason> sink) {
            this.sink = sink;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.extension().ends().remove(sink);
        }
    }

    /** Adds the counters of the cell, and of all below it, to a sum. */
    static final class Collect extends Plain {
        private final StatsCollector collector;

        Collect(StatsCollector collector) {
            this.collector = collector;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.collect(collector);
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            if (cell.parent == null) {
                cell.system.collectAtEnd(collector);
            } else { // which has answered already, and did not yet know of its end
                collector.add(cell.settledWithEnded());
                collector.left();
            }
        }
    }

    /** A publisher feeds the mailbox, and is to know when the cell ends. */
    static final class Feeding extends Plain {
        private final Feed<?> feed;

        Feeding(Feed<?> feed) {
            this.feed = feed;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.extension().feeds().add(feed);
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            feed.terminated();
        }
    }

    /** Takes {@link Feeding} back. */
    static final class FeedEnded extends Plain {
        private final Feed<?> feed;

        FeedEnded(Feed<?> feed) {
            this.feed = feed;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.extension().feeds().remove(feed);
        }
    }

    /** Takes a sender that waits for room back. */
    static final class Cancelled extends Plain {
        private final SendMono.Waiter waiter;

        Cancelled(SendMono.Waiter waiter) {
            this.waiter = waiter;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            cell.removeWaiter(waiter);
        }
    }

    /** Operators of a flow that has ended had taken a message and gave it up. */
    static final class Discarded extends Plain {
        private final FlowHandler<?> flow;
        private final Object message;
        private final boolean inWork;

        /**
         * @param inWork whether it was being taken, and the cell's worker says so
         */
        Discarded(FlowHandler<?> flow, Object message, boolean inWork) {
            this.flow = flow;
            this.message = message;
            this.inWork = inWork;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            if (inWork || !flow.hasGivenUp(message)) {
                cell.discarded(flow, message, true);
            }
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            cell.discarded(flow, message, false);
        }
    }
}
