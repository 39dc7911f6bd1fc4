package io.bastion.examples.index;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.Behavior;
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

    /** A file has failed its parser, which will be restarted. */
    record Failed(Path file, Throwable cause) implements Message {}

    /** A parser has been restarted. */
    record Restarted() implements Message {}

    /** A request for the sums. */
    record GetTotals(ActorRef<Totals> replyTo) implements Message {}

    /** The sums over all files so far. */
    record Totals(
            long indexed,
            long failed,
            long restarts,
            long bytes,
            long lines,
            long terms,
            Map<String, Failures> causes) {}

    private final long files;
    private final Consumer<Progress> listener;
    private final Map<String, Failures> causes = new TreeMap<>();
    private long indexed;
    private long failed;
    private long restarts;
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
            listener.accept(progress());
        } else if (message instanceof Failed file) {
            failed++;
            causes.merge(Failures.nameOf(file.cause()), new Failures(1, file.file()), (old, one) -> old.oneMore());
            listener.accept(progress());
        } else if (message instanceof Restarted) {
            restarts++;
        } else if (message instanceof GetTotals request) {
            request.replyTo().tell(new Totals(indexed, failed, restarts, bytes, lines, terms, new TreeMap<>(causes)));
        }
    }

    private Progress progress() {
        return new Progress(indexed + failed, failed, files);
    }
}
