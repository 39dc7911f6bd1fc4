package io.bastion.examples.index;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Budget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Indexes a directory tree: wires the actors, feeds them and waits for the end. */
public final class Indexer {
    private static final int PARSERS = Math.max(4, Runtime.getRuntime().availableProcessors());
    private static final int COUNTERS = 4;
    private static final int TOP = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Files that wait at a parser: enough to keep it busy, few enough to spread long files over all parsers. */
    private static final Mailbox FILES = Mailbox.bounded(4);

    /** Files' terms that wait at a counter; a parser that finds it full waits. */
    private static final Mailbox TERMS = Mailbox.bounded(64);

    private final ActorSystem system;
    private final Scheduler reading;
    private final ActorRef<Tally.Message> tally;
    private final List<ActorRef<TermCounter.Message>> counters;
    private final List<ActorRef<Path>> parsers;

    private Indexer(ActorSystem system, Scheduler reading, long files, Consumer<Progress> listener) {
        this.system = system;
        this.reading = reading;
        tally = system.spawn(
                ActorSpec.of("tally", () -> new Tally(files, listener)).mailbox(Mailbox.unbounded()));
        counters = IntStream.range(0, COUNTERS)
                .mapToObj(i -> system.spawn(
                        ActorSpec.of("counter-" + i, TermCounter::new).mailbox(TERMS)))
                .toList();
        parsers = IntStream.range(0, PARSERS)
                .mapToObj(i -> system.spawn(ActorSpec.of("parser-" + i, () -> new Parser(reading, counters, tally))
                        .mailbox(FILES)))
                .toList();
    }

    /**
     * Indexes all regular files below a directory. Blocks until that is done.
     *
     * @param listener is told at the beginning and after each file, one at a time
     */
    public static IndexReport index(Path root, Consumer<Progress> listener) {
        long start = System.nanoTime();
        Scheduler reading = Schedulers.newBoundedElastic(PARSERS + 1, Integer.MAX_VALUE, "reading");
        // a file that is no text fails its parser, and there may be any number of such files
        try (ActorSystem system =
                ActorSystem.builder("index").budget(Budget.unlimited()).build()) {
            long files = FileTree.count(root);
            listener.accept(new Progress(0, 0, files));
            Indexer indexer = new Indexer(system, reading, files, listener);
            return Objects.requireNonNull(indexer.run(root, start).block());
        } finally {
            reading.dispose();
        }
    }

    private Mono<IndexReport> run(Path root, long start) {
        return feed(root).then(drain()).then(Mono.defer(() -> report(start)));
    }

    /** Hands each file to a parser that has room for it; the walk waits while none has. */
    private Mono<Void> feed(Path root) {
        return Flux.fromIterable(() -> new FileTree(root, (path, e) -> tally.tell(new Tally.Unreadable(path, e))))
                .subscribeOn(reading)
                .parallel(PARSERS, 1)
                .groups()
                .flatMap(files -> parsers.get(files.key()).feed(files))
                .then();
    }

    /** Lets the parsers handle what is in their mailboxes; done when they have stopped. */
    private Mono<Void> drain() {
        return Flux.fromIterable(parsers)
                .doOnNext(ActorRef::drain)
                .flatMap(ActorRef::whenTerminated)
                .then();
    }

    private Mono<IndexReport> report(long start) {
        Mono<Tally.Totals> totals = tally.ask(Tally.GetTotals::new, PATIENCE);
        Mono<List<TermCounter.Share>> shares = Flux.fromIterable(counters)
                .flatMap(counter -> counter.<TermCounter.Share>ask(reply -> new TermCounter.Top(TOP, reply), PATIENCE))
                .collectList();
        return Mono.zip(totals, shares)
                .zipWhen(results -> system.stats())
                .map(all -> new IndexReport(
                        all.getT1().getT1().indexed(),
                        all.getT1().getT1().failed(),
                        all.getT1().getT1().unreadable(),
                        all.getT1().getT1().bytes(),
                        all.getT1().getT1().lines(),
                        all.getT1().getT1().terms(),
                        distinct(all.getT1().getT2()),
                        top(all.getT1().getT2()),
                        all.getT1().getT1().causes(),
                        PARSERS,
                        Duration.ofNanos(System.nanoTime() - start),
                        all.getT2()));
    }

    private static long distinct(List<TermCounter.Share> shares) {
        return shares.stream().mapToLong(TermCounter.Share::distinct).sum();
    }

    private static List<TermCount> top(List<TermCounter.Share> shares) {
        return shares.stream()
                .flatMap(share -> share.top().stream())
                .sorted(TermCount.MOST_FREQUENT)
                .limit(TOP)
                .toList();
    }
}
