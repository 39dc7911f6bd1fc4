package io.bastion.bridge;

/** Who sets the pace of a hot pipeline with several subscribers. */
public enum Pace {
    /**
     * The slowest subscriber, as with {@code publish()}: an element is requested when all have room for it, but for those that the
     * output holds in advance. Without subscribers it fills that and waits. Nothing is dropped; the default.
     */
    SLOWEST,
    /**
     * The publisher: it gets unbounded demand, and a subscriber that has not requested an element does not get it. Without
     * subscribers all elements are dropped. {@link PipelineStats#dropped()} counts both.
     */
    SOURCE
}
