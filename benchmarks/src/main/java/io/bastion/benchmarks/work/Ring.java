package io.bastion.benchmarks.work;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A ring of 100 actors that pass tokens on. An operation is a hop of a token. */
public final class Ring<S, R, C> implements Work.Load {
    private static final int SIZE = 100;

    private final Actors<S, R, C> actors;
    private final int tokens;

    /**
     * The workload on a system.
     *
     * @param tokens how many tokens go round at a time, evenly spread at the start
     */
    public Ring(Actors<S, R, C> actors, int tokens) {
        this.actors = actors;
        this.tokens = tokens;
    }

    private static final class Token {
        long hopsLeft;

        Token(long hops) {
            hopsLeft = hops;
        }
    }

    @Override
    public Run run(long operations) throws Exception {
        long hops = Math.max(1, operations / tokens);
        Finish finish = new Finish(tokens);
        List<Member> members = new ArrayList<>();
        List<R> ring = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            Member member = new Member(ring, i, finish);
            members.add(member);
            ring.add(actors.spawn(actors.spec(() -> member)));
        }
        long start = System.nanoTime();
        for (int i = 0; i < tokens; i++) {
            actors.tell(ring.get(i * SIZE / tokens), new Token(hops));
        }
        finish.await();
        long nanos = System.nanoTime() - start;
        ring.forEach(actors::stop);
        Checks.equal("hops", members.stream().mapToLong(member -> member.hops).sum(), hops * tokens);
        return new Run(hops * tokens, nanos);
    }

    @Override
    public long least() {
        return tokens;
    }

    private final class Member implements Receiver<C> {
        private final List<R> ring;
        private final int index;
        private final Finish finish;
        private @Nullable R next;
        private long hops;

        Member(List<R> ring, int index, Finish finish) {
            this.ring = ring;
            this.index = index;
            this.finish = finish;
        }

        @Override
        public boolean receive(C context, Object message) {
            Token token = (Token) message;
            hops++;
            if (--token.hopsLeft == 0) {
                finish.reached();
                return true;
            }
            R to = next;
            if (to == null) {
                next = to = ring.get((index + 1) % SIZE);
            }
            actors.tell(to, token);
            return true;
        }
    }
}
