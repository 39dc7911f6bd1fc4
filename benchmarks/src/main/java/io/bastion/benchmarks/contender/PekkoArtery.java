package io.bastion.benchmarks.contender;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.bastion.benchmarks.work.FarActors;
import io.bastion.benchmarks.work.Quote;
import io.bastion.benchmarks.work.Setup;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.AbstractActorWithTimers;
import org.apache.pekko.actor.Actor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;

/**
 * Two systems of Pekko's classic actors that are linked by Artery over TCP, without a cluster around them. One lane each way: with the
 * four that are its default it is slower on few processors.
 */
final class PekkoArtery implements Subject, FarActors<ActorRef> {
    private static final String SETTINGS = """
            pekko {
              loglevel = OFF
              stdout-loglevel = OFF
              log-dead-letters = off
              log-dead-letters-during-shutdown = off
              scheduler.tick-duration = 1 ms
              actor {
                provider = remote
                serialization-bindings { "%2$s" = jackson-cbor }
                default-dispatcher { throughput = 100, fork-join-executor { parallelism-min = %1$d, parallelism-max = %1$d } }
                internal-dispatcher.fork-join-executor { parallelism-min = %1$d, parallelism-max = %1$d }
              }
              remote.artery {
                transport = tcp
                canonical { hostname = "%3$s", port = 0 }
                advanced { outbound-message-queue-size = 200000, inbound-lanes = 1, outbound-lanes = 1 }
              }
            }
            """;

    private static final Duration END = Duration.ofSeconds(10);

    private final Setup setup;
    private final ExtendedActorSystem near;
    private final ExtendedActorSystem far;

    PekkoArtery(Setup setup) {
        this.setup = setup;
        Config config = ConfigFactory.parseString(
                        SETTINGS.formatted(setup.threads(), Quote.class.getName(), ClusterLoads.HOST))
                .withFallback(ConfigFactory.load());
        near = (ExtendedActorSystem) ActorSystem.create("near", config);
        far = (ExtendedActorSystem) ActorSystem.create("far", config);
    }

    @Override
    public Work work(Workload workload) {
        return ClusterLoads.work(workload, this, setup);
    }

    @Override
    public ActorRef far(Consumer<Object> handler) {
        return start(far, near, Handling.class, () -> new Handling(handler));
    }

    @Override
    public ActorRef farAndSlow(Consumer<Object> handler) {
        return start(far, near, Slow.class, () -> new Slow(handler));
    }

    @Override
    public ActorRef near(Consumer<Object> handler) {
        return start(near, far, Handling.class, () -> new Handling(handler));
    }

    private static <A extends Actor> ActorRef start(
            ExtendedActorSystem here, ExtendedActorSystem there, Class<A> type, Supplier<A> actors) {
        ActorRef actor = here.actorOf(Props.create(type, actors::get));
        return there.provider()
                .resolveActorRef(actor.path()
                        .toSerializationFormatWithAddress(here.provider().getDefaultAddress()));
    }

    @Override
    public void tell(ActorRef actor, Object message) {
        actor.tell(message, ActorRef.noSender());
    }

    @Override
    public void close() {
        near.terminate();
        far.terminate();
        try {
            near.getWhenTerminated().toCompletableFuture().get(END.toSeconds(), TimeUnit.SECONDS);
            far.getWhenTerminated().toCompletableFuture().get(END.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("systems: not terminated (expected: their end)", e);
        }
    }

    private static final class Handling extends AbstractActor {
        private final Consumer<Object> handler;

        Handling(Consumer<Object> handler) {
            this.handler = handler;
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder().matchAny(handler::accept).build();
        }
    }

    private static final class Slow extends AbstractActorWithTimers {
        private static final Duration EACH = Duration.ofMillis(1);
        private static final Object NEXT = new Object();

        private final Consumer<Object> handler;
        private final Queue<Object> waiting = new ArrayDeque<>();

        Slow(Consumer<Object> handler) {
            this.handler = handler;
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder()
                    .matchEquals(NEXT, next -> end())
                    .matchAny(this::begin)
                    .build();
        }

        private void begin(Object message) {
            waiting.add(message);
            if (waiting.size() == 1) {
                getTimers().startSingleTimer(NEXT, NEXT, EACH);
            }
        }

        private void end() {
            handler.accept(waiting.remove());
            if (!waiting.isEmpty()) {
                getTimers().startSingleTimer(NEXT, NEXT, EACH);
            }
        }
    }
}
