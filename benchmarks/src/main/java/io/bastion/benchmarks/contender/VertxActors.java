package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.Actors;
import io.bastion.benchmarks.work.Receiver;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Vert.x: each actor is a verticle with a local consumer on an address of its own; messages go as they are, uncopied. */
final class VertxActors implements Actors<Supplier<? extends Receiver<String>>, String, String> {
    private final Vertx vertx;
    private final EventBus bus;
    private final DeliveryOptions telling = new DeliveryOptions().setCodecName(VertxReferenceCodec.NAME);
    private final DeliveryOptions asking =
            new DeliveryOptions().setCodecName(VertxReferenceCodec.NAME).setSendTimeout(ASK_TIMEOUT.toMillis());
    private final AtomicLong started = new AtomicLong();
    private final Map<String, String> deployments = new ConcurrentHashMap<>();

    VertxActors(Vertx vertx) {
        this.vertx = vertx;
        bus = vertx.eventBus();
        bus.registerCodec(new VertxReferenceCodec());
    }

    @Override
    public Supplier<? extends Receiver<String>> spec(Supplier<? extends Receiver<String>> receivers) {
        return receivers;
    }

    @Override
    public String spawn(Supplier<? extends Receiver<String>> spec) throws ExecutionException, InterruptedException {
        String address = "actor-" + started.incrementAndGet();
        Receiver<String> receiver = spec.get();
        Future<String> deployment = vertx.deployVerticle(new VerticleBase() {
            @Override
            public Future<?> start() {
                return vertx.eventBus()
                        .<Object>localConsumer(address, message -> receiver.receive(address, content(message)))
                        .completion();
            }
        });
        deployments.put(
                address, deployment.toCompletionStage().toCompletableFuture().get());
        return address;
    }

    /** A request is handed over with its envelope, which takes the reply. */
    private static Object content(Message<Object> message) {
        return message.replyAddress() == null ? message.body() : message;
    }

    @Override
    public String spawn(String parent, Supplier<? extends Receiver<String>> spec) {
        throw new UnsupportedOperationException("verticles are deployed asynchronously");
    }

    @Override
    public String self(String context) {
        return context;
    }

    @Override
    public void tell(String actor, Object message) {
        bus.send(actor, message, telling);
    }

    @Override
    public void stop(String actor) {
        String deployment = deployments.remove(actor);
        if (deployment != null) {
            vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
        }
    }

    @Override
    public void ask(String actor, BiConsumer<@Nullable Object, @Nullable Throwable> outcome) {
        bus.<Object>request(actor, ASK_TIMEOUT, asking)
                .onComplete(reply ->
                        outcome.accept(reply.succeeded() ? reply.result().body() : null, reply.cause()));
    }

    @Override
    @SuppressWarnings("unchecked") // content handed it over
    public void reply(Object request, Object answer) {
        ((Message<Object>) request).reply(answer, telling);
    }
}
