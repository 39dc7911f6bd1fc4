package io.bastion.benchmarks.work;

import reactor.core.publisher.Mono;

/** A buffer for one block of {@link DataFile#BLOCK} bytes, and the file that it is read from. One read at a time. */
public interface Block {
    /** Reads the block at a position, anew for each subscriber; gives how many bytes. */
    Mono<Integer> read(long position);

    /** The number at the beginning of what was read last. */
    long number();
}
