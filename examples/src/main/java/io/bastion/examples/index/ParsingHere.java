package io.bastion.examples.index;

import io.bastion.io.ActorFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** Reads and splits files, one at a time. */
final class ParsingHere implements Parsing {
    private final ActorFiles files;
    private final ChunkReader reader;
    private final Tokenizer tokenizer = new Tokenizer();

    ParsingHere(ActorFiles files, ChunkReader reader) {
        this.files = files;
        this.reader = reader;
    }

    @Override
    public Mono<FileTerms> parse(Path file) {
        return reader.read(files, file)
                .limitRate(ChunkReader.READ_AHEAD)
                .doOnNext(this::split)
                .then(Mono.fromCallable(tokenizer::finish));
    }

    private void split(ByteBuffer chunk) {
        try {
            tokenizer.accept(chunk);
        } catch (IOException e) {
            throw Exceptions.propagate(e);
        }
    }
}
