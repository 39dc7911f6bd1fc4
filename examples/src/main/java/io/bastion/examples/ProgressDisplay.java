package io.bastion.examples;

import io.bastion.examples.index.Progress;
import java.io.Console;
import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far the showcase is: a bar that moves on a terminal, a line now and then where the output goes elsewhere. */
final class ProgressDisplay implements AutoCloseable {
    private static final int WIDTH = 100;

    private final PrintStream out;
    private @Nullable ProgressBar bar;
    private String lastLine = "";

    ProgressDisplay(PrintStream out) {
        this.out = out;
    }

    /** May be called from any thread, but by one at a time. */
    void show(Progress progress) {
        ProgressBar b = bar;
        if (b == null) {
            b = open(progress.files());
            bar = b;
        }
        b.stepTo(progress.done());
        b.setExtraMessage(progress.failed() + " failed");
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }

    private ProgressBar open(long files) {
        boolean terminal = isTerminal();
        return new ProgressBarBuilder()
                .setTaskName("indexing")
                .setInitialMax(files)
                .setUnit(" files", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(terminal ? 100 : 2_000)
                .setConsumer(
                        terminal
                                ? new ConsoleProgressBarConsumer(out, WIDTH)
                                : new DelegatingProgressBarConsumer(this::printLine, WIDTH))
                .build();
    }

    /** The bar repeats its last line when it is closed. */
    private synchronized void printLine(String line) {
        if (!line.equals(lastLine)) {
            out.println(line.stripTrailing());
            lastLine = line;
        }
    }

    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true; // before JDK 22 there is a console only on a terminal
        }
    }
}
