package io.bastion.examples.index;

import java.util.Comparator;

/** A term and how often it occurs. */
public record TermCount(String term, long count) {
    /** The most frequent first, equal ones by the alphabet. */
    public static final Comparator<TermCount> MOST_FREQUENT =
            Comparator.comparingLong(TermCount::count).reversed().thenComparing(TermCount::term);
}
