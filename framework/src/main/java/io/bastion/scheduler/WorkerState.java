package io.bastion.scheduler;

/**
 * What a worker's thread writes all the time: kept apart from the fields of {@link NumaWorker}, which others read.
 *
 * <p>Written by that thread only, with plain stores unless said otherwise. Others may read everything here without
 * synchronisation, and see a slightly old value. Counters only grow.
 */
final class WorkerState extends Padding.Before {
    /** Activities begun. */
    long turns;

    /** Activities that this worker's thread sent to its own node. */
    long localSends;

    /** Activities that this worker's thread sent to another node. */
    long remoteSends;

    /** Activities that came through an inbox that this worker emptied. */
    long received;

    long nearSteals;
    long farSteals;
    long rescues;
    long parks;

    /** Times that somebody removed this worker from the idle set. */
    long wakeUps;

    /** Runs of the next slot since the run queue was looked at. */
    int nextRuns;

    /** Whether the thread is running activities, not looking for one. */
    volatile boolean busy;

    /** Whether the last work came from another node, so that more may be fetched there at once. */
    boolean far;
}
