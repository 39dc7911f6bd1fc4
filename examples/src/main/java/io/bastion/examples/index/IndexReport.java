package io.bastion.examples.index;

import io.bastion.actor.MessageStats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The result of an {@link Indexer}.
 *
 * @param files files that were found and given to the parsers
 * @param indexed those in the index
 * @param failed those that failed a parser
 * @param bytes the length of the indexed files
 * @param lines their lines
 * @param terms the terms in them, each as often as it occurs, as the parsers count them
 * @param reduced the same, as the reducers count them
 * @param distinct different terms
 * @param top the most frequent terms, in descending order
 * @param causes why files failed, by the name of the exception, or of the kernel's error
 * @param parsers how many there were
 * @param restarts how often they were restarted
 * @param took how long it took
 * @param messages what became of all messages in the actor system
 */
public record IndexReport(
        long files,
        long indexed,
        long failed,
        long bytes,
        long lines,
        long terms,
        long reduced,
        long distinct,
        List<TermCount> top,
        Map<String, Failures> causes,
        int parsers,
        long restarts,
        Duration took,
        MessageStats messages) {
    /** How many of the most frequent terms are told. */
    static final int TOP = 10;

    static IndexReport of(
            long files,
            Tally.Totals totals,
            List<Reducer.Share> shares,
            int parsers,
            Duration took,
            MessageStats messages) {
        return new IndexReport(
                files,
                totals.indexed(),
                totals.failed(),
                totals.bytes(),
                totals.lines(),
                totals.terms(),
                shares.stream().mapToLong(Reducer.Share::terms).sum(),
                shares.stream().mapToLong(Reducer.Share::distinct).sum(),
                top(shares),
                totals.causes(),
                parsers,
                totals.restarts(),
                took,
                messages);
    }

    private static List<TermCount> top(List<Reducer.Share> shares) {
        return shares.stream()
                .flatMap(share -> share.top().stream())
                .sorted(TermCount.MOST_FREQUENT)
                .limit(TOP)
                .toList();
    }

    /** Whether nothing is missing: no file, no term, no restart, no message. */
    public boolean addsUp() {
        return files == indexed + failed
                && terms == reduced
                && restarts == failed
                && messages.conserved()
                && messages.handled() + messages.failed() == messages.accepted();
    }

    /** Whether another run has found the same. */
    public boolean isSameAs(IndexReport other) {
        return totals().equals(other.totals());
    }

    private List<Object> totals() {
        Map<String, Long> failures = new TreeMap<>();
        causes.forEach((cause, found) -> failures.put(cause, found.count()));
        return List.of(files, indexed, failed, bytes, lines, terms, distinct, top, failures);
    }
}
