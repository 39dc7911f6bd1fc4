package io.bastion.scheduler;

/** Hears of work that a worker fetches from another one; an SPI. */
@FunctionalInterface
public interface StealListener {
    /**
     * An idle worker has fetched work; called on its thread before it runs it, and must be quick and not throw.
     *
     * @param thief the node of the worker that has it now
     * @param victim the node that had it, which is another one when work moves over the machine
     */
    void stolen(int thief, int victim);
}
