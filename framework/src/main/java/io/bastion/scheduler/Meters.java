package io.bastion.scheduler;

/**
 * What a worker counts.
 *
 * <p>Written by the worker's thread only, with plain increments; read by others without synchronisation, so a reader may
 * see a slightly old value. Values only grow.
 */
final class Meters extends Padding.Before {
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
}
