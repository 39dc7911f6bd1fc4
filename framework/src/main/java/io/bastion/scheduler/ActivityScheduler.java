package io.bastion.scheduler;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.scheduler.Scheduler;

/**
 * A Reactor {@link Scheduler} that also runs {@link Activity activities} on the same workers.
 *
 * <p>An SPI: implemented by {@link NumaScheduler} and by deterministic test schedulers.
 */
public interface ActivityScheduler extends Scheduler {
    /** The home of work that is created by the calling thread: its own worker, or the next in turn for other threads. */
    Home localHome();

    /** The next home in turn over all nodes. */
    Home nextHome();

    /**
     * The next home in turn within a node.
     *
     * @param node index of a node of the topology
     * @throws IllegalArgumentException if there is no such node
     */
    Home nextHome(int node);

    /** A new home for one activity that may block; {@link BlockingHome#of(ActivityScheduler)} unless a scheduler knows better. */
    default BlockingHome blockingHome() {
        return BlockingHome.of(this);
    }

    /** What the workers are running just now, for diagnosis. */
    default List<WorkFrame> frames() {
        return List.of();
    }

    /** A random number, at least 0 and less than 1, for what is to be spread out; a test scheduler draws it from its seed. */
    default double random() {
        return ThreadLocalRandom.current().nextDouble();
    }

    /** The timer that drives every delay of this scheduler and of the activities on it. */
    Timer timer();
}
