package io.bastion.io;

/**
 * Where an operation of a backend ends: one of the two is called, once, on any thread, and possibly within the call that
 * began the operation.
 */
interface Completion<T> {
    void done(T result);

    void failed(Throwable fault);
}
