package io.bastion.cluster.remote;

/** What is put into a lane from other threads. */
abstract class Item {
    /** Takes it out, in the lane's turn. */
    abstract void taken(Lane lane);
}
