package io.bastion.io;

/**
 * Asks a backend to end an operation early. The operation still ends at its completion, and as it likes: it may be too late.
 */
interface Cancel {
    Cancel NOTHING = () -> {};

    void cancel();
}
