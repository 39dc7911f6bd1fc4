package io.bastion.mailbox;

import io.bastion.scheduler.Home;
import io.bastion.scheduler.WorkFrame;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** A queue that offers the numbers from 0 on to its inbox, one node for each, and then completes it. */
final class CountingQueue extends MessageQueue {
    final Inbox<Long> inbox = new Inbox<>(this);
    private final long end;
    private volatile boolean subscribed;
    private volatile boolean atEnd;

    CountingQueue(Home home, long end) {
        super(home, Mailbox.unbounded());
        this.end = end;
        push(new MessageNode(0L));
        open();
    }

    /** The inbox, which ends also when nobody has asked for anything. */
    Flux<Long> published() {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Long> subscriber) {
                inbox.subscribe(subscriber);
                subscribed = true;
                wake();
            }
        };
    }

    @Override
    protected Step process(Node node, WorkFrame frame) {
        inbox.rejectViolation();
        if (!(node instanceof MessageNode message)) {
            return Step.CONSUMED;
        }
        long n = (Long) message.message();
        if (n == end) {
            atEnd = true;
            if (!subscribed) {
                return Step.RETAINED;
            }
            inbox.complete();
            return Step.CONSUMED;
        }
        if (!inbox.emit(n)) {
            return Step.RETAINED;
        }
        push(new MessageNode(n + 1));
        return Step.CONSUMED;
    }

    @Override
    protected boolean ready() {
        return atEnd ? subscribed : inbox.ready();
    }

    @Override
    protected MessageStore store() {
        throw new AssertionError("a plain queue has no store");
    }

    @Override
    protected void evicted(MessageNode node) {
        throw new AssertionError("a plain queue does not evict");
    }

    @Override
    protected void orphaned(MessageNode node) {
        throw new AssertionError("a plain queue has no orphans");
    }
}
