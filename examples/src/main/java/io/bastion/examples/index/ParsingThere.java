package io.bastion.examples.index;

import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.AskRefusedException;
import io.bastion.actor.Distributor;
import io.bastion.actor.UndispatchedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Has the nodes of a cluster parse files, one node in turn. A file whose node is lost is given to another one: of what the lost node
 * has done for it nothing counts, since a file's terms come in one message, or not at all.
 *
 * @param nodes the parsers of all nodes
 * @param here for files whose terms do not fit into a message
 * @param repeated counts the files that were given away again
 */
record ParsingThere(Distributor<ParseFile> nodes, Parsing here, AtomicLong repeated) implements Parsing {
    /** For one file. A node that is lost fails the ask at once, so this is for nothing but a lost message. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration PAUSE = Duration.ofMillis(50);

    /** Also for the time that this node takes to join anew, if others took it for dead. */
    private static final int TRIES = 600;

    @Override
    public Mono<FileTerms> parse(Path file) {
        return nodes.<ParseFile.Answer>askOne(replyTo -> ParseFile.of(file, replyTo), PATIENCE)
                .retryWhen(Retry.fixedDelay(TRIES, PAUSE)
                        .filter(ParsingThere::isLost)
                        .doBeforeRetry(again -> count(again.totalRetries())))
                .flatMap(answer -> terms(file, answer));
    }

    private void count(long retries) {
        if (retries == 0) {
            repeated.incrementAndGet();
        }
    }

    private static boolean isLost(Throwable failure) {
        return failure instanceof ActorTerminatedException
                || failure instanceof AskRefusedException
                || failure instanceof UndispatchedException
                || failure instanceof TimeoutException;
    }

    private Mono<FileTerms> terms(Path file, ParseFile.Answer answer) {
        if (answer instanceof ParseFile.Parsed parsed) {
            return Mono.just(parsed.terms());
        }
        if (answer instanceof ParseFile.Unparsed failed) {
            return Mono.error(
                    failed.bad() ? new BadFileException(failed.cause()) : new IllegalStateException(failed.cause()));
        }
        return here.parse(file);
    }
}
