package io.bastion.examples.index;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Dispatcher;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.cluster.Cluster;
import io.bastion.io.Proactor;
import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Directive;
import io.bastion.supervision.Restart;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Indexes directory trees, one at a time: starts the actors in a system, feeds them, and waits for the end. */
public final class Indexer {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** When something fails because the actors end, why they do is known by then, and is what the user wants to know. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** Files that wait at a parser: enough to keep it busy, few enough to spread long files over all parsers. */
    private static final Mailbox FILES = Mailbox.bounded(4);

    /** Terms that wait at a reducer; a parser that finds it full waits. */
    private static final Mailbox TERMS = Mailbox.bounded(1_024);

    /** No restart gives back what an actor has counted, or repairs a defect: the index fails as a whole. */
    private static final Restart NONE = Restart.transientOnFailure().on(Throwable.class, Directive.ESCALATE);

    /** A file that cannot be read, or is no text, costs its parser an incarnation, and no file more than itself. */
    private static final Restart AFTER_BAD_FILES = NONE.on(IOException.class, Directive.RESTART);

    private final ActorSystem system;
    private final Function<ActorContext<Path>, Parsing> parsing;
    private final int parserCount;
    private final int reducerCount;
    private final Distributor<Path> parsers;
    private final Distributor<Reducer.Message> reducers;

    /**
     * @param system where the actors live
     * @param io what reads the files
     * @param reader how
     * @param parsers how many read files at a time
     * @param reducers how many share the terms
     */
    public Indexer(ActorSystem system, Proactor io, ChunkReader reader, int parsers, int reducers) {
        this(system, context -> new ParsingHere(io.files(context), reader), parsers, reducers);
    }

    private Indexer(ActorSystem system, Function<ActorContext<Path>, Parsing> parsing, int parsers, int reducers) {
        this.system = system;
        this.parsing = parsing;
        parserCount = parsers;
        reducerCount = reducers;
        this.parsers = system.distributor("parsers", Path.class);
        this.reducers = system.distributor("reducers", Reducer.Message.class);
    }

    /**
     * One whose files are parsed by the nodes of a cluster that share a {@link NodeParser#group}. Its own parsers are those that ask
     * them.
     *
     * @param repeated counts the files that were given to another node, since the first one was lost
     */
    public static Indexer overNodes(
            Cluster cluster,
            ActorSystem system,
            Proactor io,
            ChunkReader reader,
            int parsers,
            int reducers,
            AtomicLong repeated) {
        Distributor<ParseFile> nodes = NodeParser.parsers(cluster);
        return new Indexer(
                system,
                context -> new ParsingThere(nodes, new ParsingHere(io.files(context), reader), repeated),
                parsers,
                reducers);
    }

    /**
     * Indexes all regular files below a directory. Blocks until that is done.
     *
     * @param listener is told at the beginning and after each file, one at a time
     * @throws IndexingFailedException if that failed, which no file can bring about
     */
    public IndexReport index(Path root, Consumer<Progress> listener) {
        long start = System.nanoTime();
        long files = FileTree.count(root);
        listener.accept(new Progress(0, 0, files));
        SupervisorRef index = system.supervise(
                SupervisorSpec.named("index").budget(0, Duration.ofSeconds(1)).restart(Restart.temporary()));
        try {
            Mono<IndexReport> report = start(index, files, listener)
                    .flatMap(tally -> feed(root).flatMap(fed -> drain().then(report(index, tally, fed, start))));
            Mono<IndexReport> failure = failureOf(index);
            return Objects.requireNonNull(Mono.firstWithSignal(report, failure)
                    .onErrorResume(
                            e -> Mono.firstWithSignal(failure, Mono.delay(GRACE).then(Mono.error(e))))
                    .onErrorMap(IndexingFailedException::new)
                    .block());
        } finally {
            end(index).block();
        }
    }

    /** Starts the actors, those that others build on first. */
    private Mono<ActorRef<Tally.Message>> start(SupervisorRef index, long files, Consumer<Progress> listener) {
        ActorSpec<Tally.Message> tally = ActorSpec.of("tally", () -> new Tally(files, listener))
                .mailbox(Mailbox.unbounded()); // never refuses a message of a parser, all of which are slower
        GroupSpec<Reducer.Message> reducing = GroupSpec.of(
                        "reducers",
                        reducerCount,
                        ActorSpec.of("reducer", Reducer::new).mailbox(TERMS).restart(NONE))
                .dispatcher(Dispatcher.consistentHash(Reducer.Message::key));
        return index.add(tally.restart(NONE))
                .flatMap(ref -> startGroup(index, reducing)
                        .then(startGroup(index, parsing(ref)))
                        .thenReturn(ref));
    }

    private GroupSpec<Path> parsing(ActorRef<Tally.Message> tally) {
        return GroupSpec.of(
                        "parsers",
                        parserCount,
                        ActorSpec.<Path>of("parser", context -> new Parser(parsing.apply(context), reducers, tally))
                                .mailbox(FILES)
                                .restart(AFTER_BAD_FILES)
                                .callbacks(new FailureReport(tally)))
                .dispatcher(Dispatcher.leastLoaded())
                .budget(Budget.unlimited()); // there may be any number of bad files
    }

    private static Mono<Void> startGroup(SupervisorRef index, GroupSpec<?> group) {
        return index.add(group).flatMap(SupervisorRef::whenStarted);
    }

    /** Sends each file to a parser; the walk waits while none has room. Gives the number of files. */
    private Mono<Long> feed(Path root) {
        return Flux.fromIterable(() -> new FileTree(root))
                .subscribeOn(Schedulers.boundedElastic())
                .concatMap(parsers::sendOne, 0)
                .count();
    }

    /** Lets the parsers handle what is in their mailboxes; done when they have stopped. */
    private Mono<Void> drain() {
        return Flux.fromIterable(parsers.members())
                .doOnNext(ActorRef::drain)
                .flatMap(ActorRef::whenTerminated)
                .filter(TerminationReason.STOPPED::equals)
                .count()
                .flatMap(stopped -> stopped == parserCount ? Mono.empty() : Mono.error(notAll(stopped)));
    }

    private IllegalStateException notAll(long stopped) {
        return new IllegalStateException("parsers: " + stopped + " at the end (expected: " + parserCount + ")");
    }

    /** Fails when the supervisor does, and never ends otherwise. */
    private static Mono<IndexReport> failureOf(SupervisorRef index) {
        return index.whenTerminated()
                .ofType(TerminationReason.Failed.class)
                .switchIfEmpty(Mono.never())
                .flatMap(failed -> Mono.error(failed.cause()));
    }

    /** Stops all actors; the counts of messages are exact then. */
    private static Mono<TerminationReason> end(SupervisorRef index) {
        return Mono.defer(() -> {
            index.stop();
            return index.whenTerminated();
        });
    }

    private Mono<IndexReport> report(SupervisorRef index, ActorRef<Tally.Message> tally, long files, long start) {
        Mono<Tally.Totals> totals = tally.ask(Tally.GetTotals::new, PATIENCE);
        Mono<List<Reducer.Share>> shares = reducers.<Reducer.Share>askEveryone(Reducer.GetShare::new, PATIENCE)
                .collectList();
        return Mono.zip(totals, shares)
                .zipWhen(
                        results -> end(index).then(system.stats()),
                        (results, messages) -> IndexReport.of(
                                files,
                                results.getT1(),
                                results.getT2(),
                                parserCount,
                                Duration.ofNanos(System.nanoTime() - start),
                                messages));
    }
}
