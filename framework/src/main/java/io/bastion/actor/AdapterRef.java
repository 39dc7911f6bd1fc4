package io.bastion.actor;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** A reference to an actor that takes messages of another type. */
record AdapterRef<T, M>(ActorCell<M> owner, Function<? super T, ? extends M> adaption) implements ActorRef<T> {
    @Override
    public TellResult tell(T message) {
        return owner.tell(adaption.apply(message));
    }

    @Override
    public TellResult tell(T message, ContextView context) {
        return owner.tell(adaption.apply(message), context);
    }

    @Override
    public TellResult tellAll(List<? extends T> messages) {
        return owner.tellAll(messages.stream().<M>map(adaption).toList());
    }

    @Override
    public Mono<Boolean> send(T message) {
        return owner.send(adaption.apply(message));
    }

    @Override
    public Mono<Void> feed(Publisher<? extends T> source) {
        return owner.feed(Flux.from(source).map(adaption));
    }

    @Override
    public <R> Mono<R> ask(Function<? super ActorRef<R>, ? extends T> request, Duration timeout) {
        return new AskMono<>(owner, reply -> adaption.apply(request.apply(reply)), timeout, request.getClass());
    }

    @Override
    public <R> Mono<R> askWhenRoom(Function<? super ActorRef<R>, ? extends T> request, Duration timeout) {
        return new AskMono<>(owner, reply -> adaption.apply(request.apply(reply)), timeout, request.getClass(), true);
    }

    @Override
    public void stop() {
        owner.stop();
    }

    @Override
    public void drain() {
        owner.drain();
    }

    @Override
    public void kill() {
        owner.kill();
    }

    @Override
    public Mono<TerminationReason> whenTerminated() {
        return owner.whenTerminated();
    }

    @Override
    public MessageStats stats() {
        return owner.stats();
    }

    @Override
    public String path() {
        return owner.path();
    }
}
