package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.Actors;
import io.bastion.benchmarks.work.Ask;
import io.bastion.benchmarks.work.FanIn;
import io.bastion.benchmarks.work.PingPong;
import io.bastion.benchmarks.work.Ring;
import io.bastion.benchmarks.work.Setup;
import io.bastion.benchmarks.work.Skynet;
import io.bastion.benchmarks.work.Spawn;
import io.bastion.benchmarks.work.Tell;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;

/** The workloads that every system of actors runs by the same code. */
final class ActorLoads {
    private static final int PAIRS = 64;
    private static final int BALLS = 16;
    private static final int TOKENS = 64;

    private ActorLoads() {}

    static <S, R, C> Work work(Workload workload, Actors<S, R, C> actors, Setup setup) {
        return switch (workload) {
            case TELL -> new Tell<>(actors);
            case FAN_IN -> new FanIn<>(actors);
            case PING_PONG -> new PingPong<>(actors, 1, 1);
            case PAIRS -> new PingPong<>(actors, PAIRS, BALLS);
            case RING -> new Ring<>(actors, 1);
            case RING_TOKENS -> new Ring<>(actors, TOKENS);
            case SPAWN -> new Spawn<>(actors, setup);
            case SKYNET -> new Skynet<>(actors, setup);
            case ASK -> new Ask<>(actors);
            default -> throw Subject.noPart(workload);
        };
    }
}
