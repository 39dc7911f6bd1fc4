package io.bastion.benchmarks.work;

import java.util.List;

/** A workload on a system, ready to be measured. Used by one thread. */
public sealed interface Work {
    /** Work that is timed by its number of operations. */
    @FunctionalInterface
    non-sealed interface Load extends Work {
        /**
         * Does about so many operations and checks that none was lost.
         *
         * @param operations how many to do; may be rounded to whole bursts, batches or trees
         * @return how many were done, and the time from the first to the last
         * @throws Exception if a message was lost or came twice, or the system failed
         */
        Run run(long operations) throws Exception;

        /** The fewest operations that make a full round of this workload. */
        default long least() {
            return 1;
        }

        /** Whether {@link Metric#SWITCHES} says something about it. */
        default boolean countsSwitches() {
            return false;
        }
    }

    /** Work that takes figures of its own, such as bytes or processor time. */
    @FunctionalInterface
    non-sealed interface Survey extends Work {
        /**
         * Takes the figures.
         *
         * @param rounds how often to take those that can be taken again
         * @throws Exception if a check failed, or the system did
         */
        List<Series> take(int rounds) throws Exception;
    }
}
