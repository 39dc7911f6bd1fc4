package io.bastion.examples.index;

import io.bastion.actor.MessageStats;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The result of an {@link Indexer}.
 *
 * @param indexed files in the index
 * @param failed files that are no text or could not be read; each cost a parser a restart
 * @param unreadable directories that could not be read
 * @param bytes the length of the indexed files
 * @param lines their lines
 * @param terms the terms in them, each as often as it occurs
 * @param distinct different terms
 * @param top the most frequent terms, in descending order
 * @param causes why files failed and directories could not be read, by the name of the exception
 * @param parsers how many there were
 * @param took how long it took
 * @param messages what became of all messages in the actor system
 */
public record IndexReport(
        long indexed,
        long failed,
        long unreadable,
        long bytes,
        long lines,
        long terms,
        long distinct,
        List<TermCount> top,
        Map<String, Failures> causes,
        int parsers,
        Duration took,
        MessageStats messages) {}
