package io.bastion.io;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.Placement;
import io.bastion.scheduler.NumaScheduler;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Restart;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.tcp.TcpServer;

/** Listens, and makes a child of each connection that it accepts or is told. */
final class Listener<M> implements Behavior.Receive<Connection> {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final AttributeKey<Arrival> ARRIVAL = AttributeKey.valueOf(Listener.class, "arrival");

    private final SocketLoops loops;
    private final ActorSockets sockets;
    private final BiFunction<? super ActorContext<M>, ? super ActorConnection, ? extends Behavior<M>> behavior;
    private final UnaryOperator<ActorSpec<M>> actors;

    /**
     * What is begun with a connection on its loop.
     *
     * @param node the index of the loop's node
     */
    private record Arrival(Inlet inlet, int node) {
        static Arrival of(Connection connection) {
            return new Arrival(Inlet.of(connection), LoopThreads.node());
        }
    }

    private Listener(
            Proactor io,
            ActorContext<Connection> context,
            UnaryOperator<TcpServer> settings,
            BiFunction<? super ActorContext<M>, ? super ActorConnection, ? extends Behavior<M>> behavior,
            UnaryOperator<ActorSpec<M>> actors) {
        this.loops = io.loops();
        this.sockets = io.sockets(context);
        this.behavior = behavior;
        this.actors = actors;
        TcpServer server = settings.apply(io.tcpServer().childOption(ChannelOption.ALLOW_HALF_CLOSURE, true))
                .doOnConnection(connection -> accepted(context.self(), connection));
        context.pipeToSelf(sockets.own(server.bind()).then(Mono.<Connection>never()), (none, fault) -> {
            throw Faults.asIs(fault);
        });
    }

    static <M> ActorSpec<Connection> spec(
            Proactor io,
            String name,
            UnaryOperator<TcpServer> settings,
            BiFunction<? super ActorContext<M>, ? super ActorConnection, ? extends Behavior<M>> behavior,
            UnaryOperator<ActorSpec<M>> actors) {
        return ActorSpec.<Connection>of(name, context -> new Listener<>(io, context, settings, behavior, actors))
                .restart(Restart.transientOnFailure()
                        .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(10))));
    }

    /** On the loop of the connection. */
    private void accepted(ActorRef<Connection> self, Connection connection) {
        Channel channel = connection.channel();
        channel.attr(ARRIVAL).set(Arrival.of(connection));
        // Until its own actor has it, so that it is closed if that never comes to be.
        if (sockets.add(channel) && !self.tell(connection).accepted()) {
            LOG.warn("{}: {} is closed, the mailbox is full", self.path(), channel);
            loops.close(channel);
        }
    }

    @Override
    public void receive(ActorContext<Connection> context, Connection connection) {
        Channel channel = connection.channel();
        Arrival known = channel.attr(ARRIVAL).getAndSet(null);
        Arrival arrival = known == null ? Arrival.of(connection) : known;
        ActorSpec<M> spec = ActorSpec.<M>anonymous(child -> adopted(child, connection, arrival))
                .placement(placement(context, arrival.node()));
        try {
            context.spawn(actors.apply(spec).restart(Restart.temporary()))
                    .whenTerminated()
                    .subscribe(reason -> loops.close(channel));
        } catch (RuntimeException e) {
            LOG.warn("{}: {} is closed, its actor could not be started", context.path(), channel, e);
            arrival.inlet().cancel();
            loops.close(channel);
        }
    }

    private Behavior<M> adopted(ActorContext<M> child, Connection connection, Arrival arrival) {
        ActorConnection adopted = ActorSockets.of(loops, child).adopt(connection, arrival.inlet());
        sockets.release(adopted.channel());
        adopted.whenOver(child.self()::drain);
        return behavior.apply(child, adopted);
    }

    /** The node of the loop, where the actors' workers are laid out on the same nodes. */
    private Placement placement(ActorContext<?> context, int node) {
        return loops.topology().nodes().size() > 1
                        && context.system().scheduler() instanceof NumaScheduler workers
                        && workers.topology().equals(loops.topology())
                ? Placement.node(node)
                : Placement.spread();
    }
}
