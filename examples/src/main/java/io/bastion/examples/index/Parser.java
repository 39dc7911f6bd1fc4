package io.bastion.examples.index;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.Behavior;
import io.bastion.actor.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;

/**
 * The actor that reads files: a message is a file, and it is done when its terms are with the counters.
 *
 * <p>Its tokenizer lives from file to file and is worth nothing after it threw. There is no clean-up: the failure ends this
 * incarnation, and the next one has a new tokenizer.
 */
final class Parser implements Behavior.ReceiveAsync<Path> {
    private static final int PIECE = 64 * 1024;

    private final Scheduler reading;
    private final List<ActorRef<TermCounter.Message>> counters;
    private final ActorRef<Tally.Message> tally;
    private final Tokenizer tokenizer = new Tokenizer();
    private @Nullable Path file;

    /**
     * @param reading where to block on the file system
     * @param counters one for each share of the terms
     * @param tally is told what became of each file
     */
    Parser(Scheduler reading, List<ActorRef<TermCounter.Message>> counters, ActorRef<Tally.Message> tally) {
        this.reading = reading;
        this.counters = counters;
        this.tally = tally;
    }

    @Override
    public Publisher<?> receive(ActorContext<Path> context, Path message) {
        file = message;
        return pieces(message)
                .subscribeOn(reading)
                .publishOn(context.scheduler(), 2)
                .doOnNext(this::tokenize)
                .then(Mono.defer(this::handOver));
    }

    @Override
    public void onSignal(ActorContext<Path> context, Signal signal) {
        if (signal instanceof Signal.Restarting restarting && restarting.cause() != null && file != null) {
            tally.tell(new Tally.Failed(file, restarting.cause()));
        }
    }

    private static Flux<byte[]> pieces(Path file) {
        return Flux.generate(() -> Files.newInputStream(file), Parser::readPiece, Parser::close);
    }

    private static InputStream readPiece(InputStream in, SynchronousSink<byte[]> sink) {
        try {
            byte[] piece = in.readNBytes(PIECE);
            if (piece.length > 0) {
                sink.next(piece);
            } else {
                sink.complete();
            }
        } catch (IOException e) {
            sink.error(e);
        }
        return in;
    }

    private static void close(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            throw Exceptions.propagate(e);
        }
    }

    private void tokenize(byte[] piece) {
        try {
            tokenizer.accept(piece);
        } catch (IOException e) {
            throw Exceptions.propagate(e);
        }
    }

    /** Sends each counter its share; done when all have taken it. */
    private Mono<Void> handOver() {
        FileTerms terms;
        try {
            terms = tokenizer.finish();
        } catch (IOException e) {
            return Mono.error(e);
        }
        List<Mono<Boolean>> sent = new ArrayList<>();
        shares(terms.counts()).forEach((i, share) -> sent.add(counters.get(i).send(new TermCounter.Add(share))));
        Path parsed = Objects.requireNonNull(file);
        return Mono.when(sent)
                .doOnSuccess(
                        done -> tally.tell(new Tally.Indexed(parsed, terms.bytes(), terms.lines(), terms.terms())));
    }

    private Map<Integer, Map<String, Integer>> shares(Map<String, Integer> counts) {
        Map<Integer, Map<String, Integer>> shares = new HashMap<>();
        counts.forEach((term, count) -> shares.computeIfAbsent(
                        Math.floorMod(term.hashCode(), counters.size()), i -> new HashMap<>())
                .put(term, count));
        return shares;
    }
}
