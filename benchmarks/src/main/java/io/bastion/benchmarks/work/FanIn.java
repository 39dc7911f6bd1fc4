package io.bastion.benchmarks.work;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Four actors send bursts of 256 to a fifth, which acknowledges every burst; each sender has two bursts under way. An
 * operation is a message to the fifth.
 */
public final class FanIn<S, R, C> implements Work.Load {
    private static final int SENDERS = 4;
    private static final int BURST = 256;
    private static final int AHEAD = 2;
    private static final Object BEGIN = new Object();
    private static final Object ACKNOWLEDGED = new Object();

    private final Actors<S, R, C> actors;
    private final BiConsumer<R, List<Object>> burst;

    /** The workload with one tell a message. */
    public FanIn(Actors<S, R, C> actors) {
        this(actors, (to, messages) -> {
            for (int i = 0; i < messages.size(); i++) {
                actors.tell(to, messages.get(i));
            }
        });
    }

    /**
     * The workload with another way to send a burst.
     *
     * @param burst sends all messages to an actor
     */
    public FanIn(Actors<S, R, C> actors, BiConsumer<R, List<Object>> burst) {
        this.actors = actors;
        this.burst = burst;
    }

    private record Item<R>(R sender, boolean last) {}

    @Override
    public Run run(long operations) throws Exception {
        long bursts = Math.max(AHEAD, operations / (SENDERS * BURST));
        Sink sink = new Sink(bursts * SENDERS * BURST);
        R to = actors.spawn(actors.spec(() -> sink));
        Finish acknowledged = new Finish(SENDERS);
        S spec = actors.spec(() -> new Sender(to, bursts, acknowledged));
        List<R> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            senders.add(actors.spawn(spec));
        }
        long start = System.nanoTime();
        senders.forEach(sender -> actors.tell(sender, BEGIN));
        sink.finish.await();
        long nanos = System.nanoTime() - start;
        acknowledged.await();
        senders.forEach(actors::stop);
        actors.stop(to);
        Checks.equal("messages", sink.count, sink.expected);
        return new Run(sink.expected, nanos);
    }

    @Override
    public long least() {
        return (long) AHEAD * SENDERS * BURST;
    }

    private final class Sink extends PaddedCount implements Receiver<C> {
        final Finish finish = new Finish(1);
        final long expected;

        Sink(long expected) {
            this.expected = expected;
        }

        @Override
        @SuppressWarnings("unchecked") // only senders send, and only items
        public boolean receive(C context, Object message) {
            Item<R> item = (Item<R>) message;
            count++;
            if (item.last) {
                actors.tell(item.sender, ACKNOWLEDGED);
                if (count >= expected) {
                    finish.reached();
                }
            }
            return true;
        }
    }

    private final class Sender implements Receiver<C> {
        private final R to;
        private final Finish acknowledged;
        private long left;
        private long missing;
        private @Nullable List<Object> messages;

        Sender(R to, long bursts, Finish acknowledged) {
            this.to = to;
            this.acknowledged = acknowledged;
            left = bursts;
            missing = bursts;
        }

        @Override
        public boolean receive(C context, Object message) {
            if (message == BEGIN) {
                messages = messages(actors.self(context));
                for (int i = 0; i < AHEAD; i++) {
                    send(messages);
                }
            } else if (messages != null) {
                send(messages);
                if (--missing == 0) {
                    acknowledged.reached();
                }
            }
            return true;
        }

        private void send(List<Object> all) {
            if (left > 0) {
                left--;
                burst.accept(to, all);
            }
        }

        private List<Object> messages(R self) {
            List<Object> all = new ArrayList<>(Collections.nCopies(BURST - 1, new Item<>(self, false)));
            all.add(new Item<>(self, true));
            return List.copyOf(all);
        }
    }
}
