package io.bastion.examples;

import io.bastion.actor.MessageStats;
import io.bastion.examples.index.Failures;
import io.bastion.examples.index.IndexReport;
import io.bastion.examples.index.TermCount;
import io.bastion.io.Backend;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;

/** Prints the report of the showcase. */
final class ReportPrinter {
    private static final int LONGEST_TERM = 40;

    private final Path root;
    private final Backend backend;
    private final IndexReport report;
    private final PrintStream out;

    ReportPrinter(Path root, Backend backend, IndexReport report, PrintStream out) {
        this.root = root;
        this.backend = backend;
        this.report = report;
        this.out = out;
    }

    void print() {
        printTotals();
        printTerms();
        printRestarts();
        printMessages();
    }

    private void printTotals() {
        double seconds = report.took().toNanos() / 1e9;
        line("");
        line("Index of %s", printable(root.toString()));
        line("  files     %,12d  = %,d indexed + %,d failed", report.files(), report.indexed(), report.failed());
        line("  read by   %12s", backend);
        line("  bytes     %,12d  in %,d lines", report.bytes(), report.lines());
        line("  terms     %,12d  of which %,d different", report.terms(), report.distinct());
        line(
                "  seconds   %12.2f  = %,.0f files/s, %,.2f MB/s of text",
                seconds, report.files() / seconds, report.bytes() / 1e6 / seconds);
    }

    private void printTerms() {
        line("");
        line("Most frequent terms");
        report.top().forEach(term -> line("  %,12d  %s", term.count(), shortened(term)));
    }

    private static String shortened(TermCount term) {
        String text = term.term();
        return text.codePointCount(0, text.length()) <= LONGEST_TERM
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_TERM)) + "…";
    }

    private void printRestarts() {
        line("");
        line("Restarts of %d parsers, by cause", report.parsers());
        int width =
                report.causes().keySet().stream().mapToInt(String::length).max().orElse(0);
        report.causes().entrySet().stream()
                .sorted(Map.Entry.comparingByValue(
                        Comparator.comparingLong(Failures::count).reversed()))
                .forEach(cause -> line(
                        "  %,12d  %-" + width + "s  as for %s",
                        cause.getValue().count(),
                        cause.getKey(),
                        printable(root.relativize(cause.getValue().example()).toString())));
        line("  %,12d  in all", report.restarts());
    }

    private void printMessages() {
        MessageStats messages = report.messages();
        line("");
        line("Messages");
        line(
                "  %,12d  sent = %,d handled + %,d failed + %,d dropped + %,d dead-lettered",
                messages.accepted(),
                messages.handled(),
                messages.failed(),
                messages.dropped(),
                messages.deadLettered());
    }

    private void line(String format, Object... args) {
        out.println(String.format(Locale.ROOT, format, args));
    }

    /** Names of files may have anything in them, such as what moves the cursor. */
    private static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
