package io.bastion.examples.index;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.io.ActorFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The actor that reads files: a message is a file, and it is done when its terms are with the reducers.
 *
 * <p>Its tokenizer lives from file to file and is worth nothing after it threw. There is no clean-up and no code for bad files:
 * the failure ends this incarnation, with which its files are closed, and the next one has a new tokenizer. {@link FailureReport}
 * tells the tally.
 */
final class Parser implements Behavior.ReceiveAsync<Path> {
    private final ActorFiles files;
    private final ChunkReader reader;
    private final Distributor<Reducer.Message> reducers;
    private final ActorRef<Tally.Message> tally;
    private final Tokenizer tokenizer = new Tokenizer();

    Parser(ActorFiles files, ChunkReader reader, Distributor<Reducer.Message> reducers, ActorRef<Tally.Message> tally) {
        this.files = files;
        this.reader = reader;
        this.reducers = reducers;
        this.tally = tally;
    }

    @Override
    public Publisher<?> receive(ActorContext<Path> context, Path file) {
        return reader.read(files, file)
                .limitRate(ChunkReader.READ_AHEAD)
                .doOnNext(this::split)
                .then(Mono.defer(() -> handOver(file)));
    }

    private void split(ByteBuffer chunk) {
        try {
            tokenizer.accept(chunk);
        } catch (IOException e) {
            throw Exceptions.propagate(e);
        }
    }

    /** Sends each term to the reducer of its key, the next one when that has room. */
    private Mono<Void> handOver(Path file) {
        FileTerms terms;
        try {
            terms = tokenizer.finish();
        } catch (IOException e) {
            return Mono.error(e);
        }
        return Flux.fromIterable(terms.counts().entrySet())
                .concatMap(term -> reducers.sendOne(new Reducer.Add(term.getKey(), term.getValue())), 0)
                .then(Mono.fromRunnable(
                        () -> tally.tell(new Tally.Indexed(file, terms.bytes(), terms.lines(), terms.terms()))));
    }
}
