package io.bastion.cluster.endpoint;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.bridge.ActorProcessor;
import io.bastion.bridge.ActorStreams;
import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Restart;
import io.bastion.testkit.Await;
import java.security.Principal;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** A shop of actors, open to clients. */
final class Shop implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** What a client orders. */
    record Place(String item, int amount) {}

    /** What it gets for it, with what the actor saw of the client. */
    record Receipt(String item, int price, String user, String trace) {}

    /** The actor's message. */
    record Order(Place place, ActorRef<Receipt> replyTo) {}

    /** What streams ask for. */
    record Query(int from, int count) {}

    final ActorSystem system;
    final ActorRef<Order> orders;
    final ActorRef<Order> mute;
    final ActorRef<Place> log;
    final Queue<Place> logged = new ConcurrentLinkedQueue<>();
    final Queue<ContextView> contexts = new ConcurrentLinkedQueue<>();
    final AtomicLong requested = new AtomicLong();
    final AtomicInteger cancelled = new AtomicInteger();
    final AtomicInteger taken = new AtomicInteger();

    /** Orders that the mute one has in work for ever. */
    final AtomicInteger unanswered = new AtomicInteger();

    private final AtomicInteger numbers = new AtomicInteger();

    Shop(ActorSystem system) {
        this.system = system;
        orders = system.spawn(ActorSpec.<Order>of(
                "orders",
                context -> Behavior.receive((c, order) -> {
                    if (order.place().amount() < 0) {
                        throw new IllegalArgumentException("a secret of the actor's");
                    }
                    order.replyTo()
                            .tell(new Receipt(
                                    order.place().item(),
                                    2 * order.place().amount(),
                                    user(c.contextView()),
                                    c.contextView()
                                            .<String>getOrEmpty("traceparent")
                                            .orElse("")));
                })));
        mute = system.spawn(ActorSpec.<Order>of(
                        "mute",
                        context -> Behavior.receiveAsync((c, order) -> {
                            unanswered.incrementAndGet();
                            return Mono.never();
                        }))
                .mailbox(Mailbox.bounded(1)));
        log = system.spawn(ActorSpec.<Place>of(
                "log",
                context -> Behavior.receive((c, place) -> {
                    contexts.add(c.contextView());
                    logged.add(place);
                })));
    }

    private static String user(ContextView context) {
        return context.<Principal>getOrEmpty(Principal.class)
                .map(Principal::getName)
                .orElse("");
    }

    RSocketEndpointBuilder routes() {
        return RSocketEndpoint.builder(system)
                .requestResponse(
                        "orders.place",
                        Place.class,
                        Receipt.class,
                        place -> orders.ask(reply -> new Order(place, reply), TIMEOUT))
                .requestResponse(
                        "orders.mute",
                        Place.class,
                        Receipt.class,
                        place -> mute.ask(reply -> new Order(place, reply), Duration.ofMillis(200)))
                .requestResponse(
                        "orders.group",
                        Place.class,
                        Receipt.class,
                        place -> system.distributor("nobody", Order.class)
                                .askOne(reply -> new Order(place, reply), TIMEOUT))
                .requestResponse("echo", String.class, String.class, Mono::just)
                .requestResponse("bytes", byte[].class, byte[].class, Mono::just)
                .fireAndForget("orders.log", Place.class, log)
                .requestStream(
                        "orders.feed",
                        Query.class,
                        Place.class,
                        query -> Flux.range(query.from(), query.count())
                                .map(i -> new Place("item", i))
                                .doOnRequest(requested::addAndGet)
                                .doOnCancel(cancelled::incrementAndGet))
                .requestStream(
                        "blocks",
                        Query.class,
                        byte[].class,
                        query -> Flux.range(query.from(), query.count())
                                .map(i -> new byte[32_768])
                                .doOnRequest(requested::addAndGet))
                .requestStream("orders.flow", Query.class, Integer.class, this::flow)
                .requestChannel("orders.process", Place.class, Receipt.class, this::process);
    }

    /** The flow of an actor of its own. */
    private Flux<Integer> flow(Query query) {
        return Flux.defer(() -> {
            ActorProcessor<Query, Integer> actor = ActorStreams.processor(
                    "flow-" + numbers.incrementAndGet(),
                    (context, queries) -> queries.concatMap(q -> Flux.range(q.from(), q.count())
                            .doOnRequest(requested::addAndGet)
                            .doOnCancel(cancelled::incrementAndGet)),
                    spec -> system.spawn(spec.restart(Restart.temporary())));
            Flux.just(query).subscribe(actor);
            return actor.flux();
        });
    }

    private Flux<Receipt> process(Flux<Place> places) {
        return Flux.defer(() -> {
            ActorProcessor<Place, Receipt> actor = ActorStreams.processor(
                    "processor-" + numbers.incrementAndGet(),
                    (context, in) -> in.map(place -> {
                        taken.incrementAndGet();
                        return new Receipt(place.item(), 2 * place.amount(), "", "");
                    }),
                    spec -> system.spawn(spec.mailbox(Mailbox.bounded(8)).restart(Restart.temporary())));
            places.doOnCancel(cancelled::incrementAndGet).subscribe(actor);
            return actor.flux();
        });
    }

    /** Waits until its endpoints are closed, too: what connections drop at their end is not to come while the next test runs. */
    @Override
    public void close() {
        system.close();
        Await.until("its event loops have ended", this::hasNoEventLoops);
    }

    /** A little after endpoints say that they are closed. */
    boolean hasNoEventLoops() {
        return Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("bastion-endpoint-" + system.name()));
    }
}
