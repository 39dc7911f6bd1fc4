package io.bastion.spring.webflux;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Signal;
import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.Overflow;
import io.bastion.spring.Actor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A shop whose orders are taken by an actor. */
@SpringBootApplication
class ShopApplication {
    // guide: messages
    record Place(String what, int count) {}

    record Receipt(String what, int total) {}

    sealed interface OrderMessage {}

    record Order(Place place, ActorRef<Receipt> replyTo) implements OrderMessage {}

    record Follow(ActorRef<Receipt> follower) implements OrderMessage {}
    // guide: end

    record Buyer(ActorRef<String> replyTo) implements OrderMessage {}

    record Followers(ActorRef<Integer> replyTo) implements OrderMessage {}

    // guide: actor
    @Actor("orders")
    static class Orders implements Behavior.Receive<OrderMessage> {
        private final Prices prices;
        private final List<ActorRef<Receipt>> followers = new ArrayList<>();

        Orders(Prices prices) {
            this.prices = prices;
        }

        @Override
        public void receive(ActorContext<OrderMessage> context, OrderMessage message) {
            if (message instanceof Order order) {
                Receipt receipt = prices.receipt(order.place());
                order.replyTo().tell(receipt);
                followers.forEach(follower -> follower.tell(receipt));
            } else if (message instanceof Follow follow) {
                followers.add(follow.follower());
                context.watch(follow.follower());
            }
            // guide: end
            else if (message instanceof Buyer buyer) {
                buyer.replyTo()
                        .tell(context.contextView().<String>getOrEmpty("buyer").orElse("nobody"));
            } else if (message instanceof Followers count) {
                count.replyTo().tell(followers.size());
            }
            // guide: actor
        }

        @Override
        public void onSignal(ActorContext<OrderMessage> context, Signal signal) {
            if (signal instanceof Signal.Terminated gone) {
                followers.remove(gone.actor());
            }
        }
    }
    // guide: end

    @Bean
    Prices prices() {
        return new Prices(Map.of("tea", 3, "coffee", 4));
    }

    record Prices(Map<String, Integer> prices) {
        Receipt receipt(Place place) {
            Integer price = prices.get(place.what());
            if (price == null) {
                throw new IllegalArgumentException("what: " + place.what() + " (expected: tea or coffee)");
            }
            return new Receipt(place.what(), price * place.count());
        }
    }

    /** Never replies, has room for one message, and is busy with it. */
    @Actor(value = "busy", mailbox = 1)
    static class Busy implements Behavior.ReceiveAsync<Runnable> {
        @Override
        public Mono<Void> receive(ActorContext<Runnable> context, Runnable message) {
            message.run();
            return Mono.never();
        }
    }

    // guide: controller
    @RestController
    static class OrderController {
        private final ActorRef<OrderMessage> orders;
        private final ActorSystem system;

        OrderController(ActorRef<OrderMessage> orders, ActorSystem system) {
            this.orders = orders;
            this.system = system;
        }

        @PostMapping("/orders")
        Mono<Receipt> place(@RequestBody Place place) {
            return orders.ask(reply -> new Order(place, reply), Duration.ofSeconds(5));
        }

        @GetMapping(path = "/orders", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<Receipt> follow() {
            Mailbox newest = Mailbox.bounded(64).overflow(Overflow.DROP_OLDEST);
            return ActorFlows.following(system, "follower", newest, me -> orders.tell(new Follow(me)));
        }
        // guide: end

        @GetMapping("/buyer")
        Mono<String> buyer() {
            return orders.ask(Buyer::new, Duration.ofSeconds(5));
        }

        @GetMapping("/followers")
        Mono<Integer> followers() {
            return orders.ask(Followers::new, Duration.ofSeconds(5));
        }
    }

    @RestController
    static class BusyController {
        private final ActorRef<Runnable> busy;
        final AtomicInteger served = new AtomicInteger();

        BusyController(ActorRef<Runnable> busy) {
            this.busy = busy;
        }

        @GetMapping("/busy/{millis}")
        Mono<String> ask(@PathVariable int millis) {
            return busy.ask(reply -> served::incrementAndGet, Duration.ofMillis(millis));
        }

        @GetMapping("/busy/stop")
        Mono<Void> stop() {
            busy.kill();
            return busy.whenTerminated().then();
        }
    }

    // guide: routes
    @Bean
    RouterFunction<ServerResponse> orderRoutes(ActorRef<OrderMessage> orders) {
        return route().POST("/fn/orders", ActorHandlers.ask(orders, Place.class, Order::new, Duration.ofSeconds(5)))
                .GET(
                        "/fn/orders/{what}",
                        ActorHandlers.<OrderMessage, Receipt>ask(
                                orders,
                                (request, reply) -> new Order(new Place(request.pathVariable("what"), 1), reply),
                                Duration.ofSeconds(5)))
                .POST("/fn/followers", ActorHandlers.tell(orders, Follow.class))
                .build();
    }
    // guide: end

    // guide: websocket
    @Bean
    HandlerMapping sockets(ActorSystem system) {
        return new SimpleUrlHandlerMapping(
                Map.of("/upper", ActorFlows.webSocket(system, "upper", (context, in) -> in.map(String::toUpperCase))),
                -1);
    }
    // guide: end

    @Bean
    WebFilter buyerFilter() {
        return (exchange, chain) -> {
            String buyer = exchange.getRequest().getHeaders().getFirst("Buyer");
            return buyer == null
                    ? chain.filter(exchange)
                    : chain.filter(exchange).contextWrite(context -> context.put("buyer", buyer));
        };
    }
}
