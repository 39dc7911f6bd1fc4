package io.bastion.examples.index;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import java.nio.file.Path;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The actor that parses files: a message is a file, and it is done when its terms are with the reducers.
 *
 * <p>What it parses with lives from file to file and is worth nothing after it failed. There is no clean-up and no code for bad
 * files: the failure ends this incarnation, with which its files are closed, and the next one has a new tokenizer. {@link
 * FailureReport} tells the tally.
 */
final class Parser implements Behavior.ReceiveAsync<Path> {
    private final Parsing parsing;
    private final Distributor<Reducer.Message> reducers;
    private final ActorRef<Tally.Message> tally;

    Parser(Parsing parsing, Distributor<Reducer.Message> reducers, ActorRef<Tally.Message> tally) {
        this.parsing = parsing;
        this.reducers = reducers;
        this.tally = tally;
    }

    @Override
    public Publisher<?> receive(ActorContext<Path> context, Path file) {
        return parsing.parse(file).flatMap(terms -> handOver(file, terms));
    }

    /** Sends each term to the reducer of its key, the next one when that has room. */
    private Mono<Void> handOver(Path file, FileTerms terms) {
        return Flux.fromIterable(terms.counts().entrySet())
                .concatMap(term -> reducers.sendOne(new Reducer.Add(term.getKey(), term.getValue())), 0)
                .then(Mono.fromRunnable(
                        () -> tally.tell(new Tally.Indexed(file, terms.bytes(), terms.lines(), terms.terms()))));
    }
}
