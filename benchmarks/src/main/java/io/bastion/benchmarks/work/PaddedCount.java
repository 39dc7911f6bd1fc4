package io.bastion.benchmarks.work;

/**
 * A count that has its cache lines to itself. A receiver that keeps its own beside it lies, by the collector's chance,
 * next to a queue that other threads write, and a figure would tell of that.
 */
@SuppressWarnings("unused")
abstract class PaddedCount extends CountAfterPadding {
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}

/** Between the paddings: a JVM lays out a superclass's fields first. */
abstract class CountAfterPadding extends PaddingBefore {
    long count;
}

@SuppressWarnings("unused")
abstract class PaddingBefore {
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}
