package io.bastion.actor;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** A reference that takes one reply: no mailbox, no life of its own. */
interface OneShotRef<R> extends ActorRef<R> {
    @Override
    default TellResult tell(R message, ContextView context) {
        return tell(message);
    }

    @Override
    default TellResult tellAll(List<? extends R> messages) {
        TellResult result = TellResult.ACCEPTED;
        for (R message : messages) {
            result = tell(message);
        }
        return result;
    }

    @Override
    default Mono<Boolean> send(R message) {
        return Mono.fromSupplier(() -> tell(message).accepted());
    }

    @Override
    default Mono<Void> feed(Publisher<? extends R> source) {
        return Flux.from(source).doOnNext(this::tell).then();
    }

    @Override
    default <T> Mono<T> ask(Function<? super ActorRef<T>, ? extends R> request, Duration timeout) {
        return Mono.error(
                new UnsupportedOperationException("ask: " + path() + " (expected: an actor; this takes a reply)"));
    }

    @Override
    default void stop() {}

    @Override
    default void drain() {}

    @Override
    default void kill() {}

    @Override
    default Mono<TerminationReason> whenTerminated() {
        return Mono.error(new UnsupportedOperationException(
                "whenTerminated: " + path() + " (expected: an actor; this takes a reply)"));
    }

    @Override
    default MessageStats stats() {
        return MessageStats.NONE;
    }
}
