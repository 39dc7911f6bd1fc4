package io.bastion.examples.index;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.Behavior;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The actor that keeps the books: what became of each file. */
final class Tally implements Behavior.Receive<Tally.Message> {
    /** What it is told. */
    sealed interface Message {}

    /** A file is in the index. */
    record Indexed(Path file, long bytes, long lines, long terms) implements Message {}

    /** A file failed its parser. */
    record Failed(Path file, Throwable cause) implements Message {}

    /** A directory could not be read. */
    record Unreadable(Path directory, IOException cause) implements Message {}

    /** A request for the sums. */
    record GetTotals(ActorRef<Totals> replyTo) implements Message {}

    /** The sums over all files so far. */
    record Totals(
            long indexed,
            long failed,
            long unreadable,
            long bytes,
            long lines,
            long terms,
            Map<String, Failures> causes) {}

    private final long files;
    private final Consumer<Progress> listener;
    private final Map<String, Failures> causes = new TreeMap<>();
    private long indexed;
    private long failed;
    private long unreadable;
    private long bytes;
    private long lines;
    private long terms;

    /**
     * @param files how many there are
     * @param listener is told after each file, on this actor's worker
     */
    Tally(long files, Consumer<Progress> listener) {
        this.files = files;
        this.listener = listener;
    }

    @Override
    public void receive(ActorContext<Message> context, Message message) {
        if (message instanceof Indexed file) {
            indexed++;
            bytes += file.bytes();
            lines += file.lines();
            terms += file.terms();
            report();
        } else if (message instanceof Failed file) {
            failed++;
            count(file.file(), file.cause());
            report();
        } else if (message instanceof Unreadable directory) {
            unreadable++;
            count(directory.directory(), directory.cause());
        } else if (message instanceof GetTotals request) {
            request.replyTo().tell(new Totals(indexed, failed, unreadable, bytes, lines, terms, new TreeMap<>(causes)));
        }
    }

    private void count(Path path, Throwable cause) {
        causes.merge(cause.getClass().getSimpleName(), new Failures(1, path), (old, one) -> old.oneMore());
    }

    private void report() {
        listener.accept(new Progress(indexed + failed, failed, files));
    }
}
