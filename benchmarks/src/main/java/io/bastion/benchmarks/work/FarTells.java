package io.bastion.benchmarks.work;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of a sender at the first node and a target at the second. A sender sends bursts, each of which its target acknowledges, and has
 * a few of them under way: nothing is told faster than it is handled, whatever a system queues. An operation is a message to a target.
 */
public final class FarTells<R> implements Work.Load {
    private static final int MOST_UNDER_WAY = 80_000;
    private static final int LONGEST_BURST = 1_000;
    private static final int BURSTS = 4;
    private static final int MANY = 100;
    private static final int RAW = 64;

    /** The first messages of a round, those behind a burst and the answers to them: raw in all cases, and of other lengths. */
    private static final byte[] GO = new byte[2];

    private static final byte[] ACK = new byte[1];

    private final FarActors<R> actors;
    private final int burst;
    private final int bursts;
    private final LongFunction<Object> messages;
    private final List<Pair> pairs = new ArrayList<>();
    private final @Nullable Pair slow;
    private volatile Round round = new Round(0, new Finish(0));

    private record Round(long each, Finish finish) {}

    private FarTells(FarActors<R> actors, int targets, boolean oneIsSlow, LongFunction<Object> messages) {
        this.actors = actors;
        this.messages = messages;
        int share = MOST_UNDER_WAY / targets;
        bursts = share < MANY ? 1 : BURSTS;
        burst = Math.min(LONGEST_BURST, share / bursts);
        slow = oneIsSlow ? new Pair(true) : null;
        for (int i = oneIsSlow ? 1 : 0; i < targets; i++) {
            pairs.add(new Pair(false));
        }
    }

    /** Messages of 64 bytes. */
    public static <R> FarTells<R> raw(FarActors<R> actors, int targets) {
        byte[] message = new byte[RAW];
        return new FarTells<>(actors, targets, false, number -> message);
    }

    /** The same to all but one of the targets; that one is slow, and its messages do not count. */
    public static <R> FarTells<R> besideSlow(FarActors<R> actors, int targets) {
        byte[] message = new byte[RAW];
        return new FarTells<>(actors, targets, true, number -> message);
    }

    /** Records. */
    public static <R> FarTells<R> typed(FarActors<R> actors, int targets) {
        return new FarTells<>(actors, targets, false, Quote::of);
    }

    @Override
    public long least() {
        return (long) pairs.size() * burst;
    }

    @Override
    public Run run(long operations) throws InterruptedException {
        long each = Math.max(1, operations / pairs.size());
        Finish finish = new Finish(pairs.size());
        round = new Round(each, finish);
        if (slow != null) {
            slow.startOnce();
        }
        long start = System.nanoTime();
        pairs.forEach(Pair::start);
        finish.await();
        long nanos = System.nanoTime() - start;
        for (Pair pair : pairs) {
            Checks.equal("messages", pair.handled, each);
        }
        return new Run(each * pairs.size(), nanos);
    }

    private final class Pair {
        private final boolean isSlow;
        private final R target;
        private final R sender;
        private boolean started;

        /** The sender's. */
        private long sent;

        private long left;
        private int underWay;
        private Round now = round;

        /** The target's. */
        private long count;

        private volatile long handled;

        Pair(boolean isSlow) {
            this.isSlow = isSlow;
            sender = actors.near(this::send);
            target = isSlow ? actors.farAndSlow(this::handle) : actors.far(this::handle);
        }

        void start() {
            actors.tell(sender, GO);
        }

        void startOnce() {
            if (!started) {
                started = true;
                start();
            }
        }

        private void send(Object message) {
            try {
                if (((byte[]) message).length == GO.length) {
                    now = round;
                    sent = 0;
                    left = isSlow ? Long.MAX_VALUE : now.each;
                    for (int i = 0; i < bursts && left > 0; i++) {
                        burst();
                    }
                } else {
                    underWay--;
                    if (left > 0) {
                        burst();
                    } else if (underWay == 0) {
                        now.finish.reached();
                    }
                }
            } catch (RuntimeException e) {
                round.finish.failed(e);
            }
        }

        private void burst() {
            long end = sent + Math.min(burst, left);
            left -= end - sent;
            while (sent < end) {
                actors.tell(target, messages.apply(sent++));
            }
            underWay++;
            actors.tell(target, ACK);
        }

        private void handle(Object message) {
            if (message instanceof Quote quote) {
                inOrder(quote.number());
            } else if (((byte[]) message).length != ACK.length) {
                count++;
            } else {
                handled = count;
                if (count == round.each) {
                    count = 0;
                }
                actors.tell(sender, ACK);
            }
        }

        private void inOrder(long number) {
            if (number != count++) {
                round.finish.failed(
                        new IllegalStateException("number: " + number + " (expected: " + (count - 1) + ")"));
            }
        }
    }
}
