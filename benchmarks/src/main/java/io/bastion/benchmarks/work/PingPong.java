package io.bastion.benchmarks.work;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pairs of actors that play balls to each other, a number of balls a pair. An operation is a round trip of a ball. */
public final class PingPong<S, R, C> implements Work.Load {
    private static final Object SERVE = new Object();

    private final Actors<S, R, C> actors;
    private final int pairs;
    private final int balls;

    /**
     * The workload on a system.
     *
     * @param pairs how many pairs play at a time
     * @param balls how many balls each pair has in the air
     */
    public PingPong(Actors<S, R, C> actors, int pairs, int balls) {
        this.actors = actors;
        this.pairs = pairs;
        this.balls = balls;
    }

    private record Ball<R>(R from) {}

    @Override
    public Run run(long operations) throws Exception {
        long trips = Math.max(balls, operations / pairs);
        Finish finish = new Finish(pairs);
        S pongSpec = actors.spec(Pong::new);
        List<R> players = new ArrayList<>();
        List<R> servers = new ArrayList<>();
        List<Ping> pings = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            R pong = actors.spawn(pongSpec);
            Ping ping = new Ping(pong, trips, finish);
            pings.add(ping);
            servers.add(actors.spawn(actors.spec(() -> ping)));
            players.add(pong);
        }
        players.addAll(servers);
        long start = System.nanoTime();
        servers.forEach(server -> actors.tell(server, SERVE));
        finish.await();
        long nanos = System.nanoTime() - start;
        players.forEach(actors::stop);
        for (Ping ping : pings) {
            Checks.equal("balls in the air", ping.toReturn, 0);
        }
        return new Run(trips * pairs, nanos);
    }

    @Override
    public long least() {
        return (long) pairs * balls;
    }

    private final class Pong implements Receiver<C> {
        private @Nullable Ball<R> own;

        @Override
        @SuppressWarnings("unchecked") // only the ping of this pair sends
        public boolean receive(C context, Object message) {
            Ball<R> back = own;
            if (back == null) {
                own = back = new Ball<>(actors.self(context));
            }
            actors.tell(((Ball<R>) message).from, back);
            return true;
        }
    }

    private final class Ping implements Receiver<C> {
        private final R pong;
        private final Finish finish;
        private long toPlay;
        private long toReturn;
        private @Nullable Ball<R> own;

        Ping(R pong, long trips, Finish finish) {
            this.pong = pong;
            this.finish = finish;
            toPlay = trips;
            toReturn = trips;
        }

        @Override
        public boolean receive(C context, Object message) {
            Ball<R> ball = own;
            if (ball == null) {
                own = ball = new Ball<>(actors.self(context));
                for (int i = 0; i < balls; i++) {
                    play(ball);
                }
            } else if (--toReturn == 0) {
                finish.reached();
            } else {
                play(ball);
            }
            return true;
        }

        private void play(Ball<R> ball) {
            if (toPlay > 0) {
                toPlay--;
                actors.tell(pong, ball);
            }
        }
    }
}
