package io.bastion.examples;

import io.bastion.cluster.Traffic;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.Locale;

/** Prints what the nodes of the showcase had to do with each other. */
record NodesPrinter(ShowcaseCluster.Result result, boolean same, PrintStream out) {
    void print() {
        line("");
        line("Nodes");
        line("  %,12d  of which %s was killed in the middle", result.nodes(), result.killed());
        result.traffic().stream().sorted(Comparator.comparing(this::nameOf)).forEach(this::printTraffic);
        line("  %,12d  files were given to another node, as the first one was lost", result.repeated());
        line("  %12s  the totals are those of one node alone", same ? "yes" : "NO");
    }

    private void printTraffic(Traffic traffic) {
        line("  %,12d  messages to %s, %,d from there", traffic.written(), nameOf(traffic), traffic.received());
        if (traffic.mayBeLost() + traffic.deadLettered() > 0) {
            line(
                    "  %,12d  more were not sent any more, and %,d may have been lost on their way",
                    traffic.deadLettered(), traffic.mayBeLost());
        }
    }

    private String nameOf(Traffic traffic) {
        return result.names().getOrDefault(traffic.address(), traffic.address());
    }

    private void line(String format, Object... args) {
        out.println(String.format(Locale.ROOT, format, args));
    }
}
