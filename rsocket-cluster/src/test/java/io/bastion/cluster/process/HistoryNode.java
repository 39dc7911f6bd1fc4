package io.bastion.cluster.process;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Signal;
import io.bastion.actor.TellResult;
import io.bastion.cluster.Cluster;
import io.bastion.cluster.ClusterConfig;
import io.bastion.cluster.ClusterEvent;
import io.bastion.cluster.ClusterEvent.MemberReachable;
import io.bastion.cluster.ClusterEvent.MemberRemoved;
import io.bastion.cluster.ClusterEvent.MemberUnreachable;
import io.bastion.cluster.ClusterEvent.MemberUp;
import io.bastion.cluster.ClusterEvent.Rejoined;
import io.bastion.cluster.Discovery;
import io.bastion.cluster.Member;
import io.bastion.cluster.codec.MessageTypes;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/**
 * The program of a node: for each member that comes it has an actor started there, watches that, and sends it the numbers from 1
 * on. It writes what happens to standard output, each line at once, so that nothing is missing when it is killed. Ends with its input.
 */
final class HistoryNode {
    private static final Duration PERIOD = Duration.ofMillis(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration AGAIN = Duration.ofMillis(50);
    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private final ActorSystem system = ActorSystem.create("history");
    private final AtomicInteger streams = new AtomicInteger();
    private final Cluster cluster;
    private volatile long self;

    /** Who sends to whom: incarnations, and a number, since an actor may have been started though nobody heard so. */
    record Stream(long from, long to, int number) {}

    /** A message of a stream. */
    record Numbered(int n) {}

    private HistoryNode(int port, String... seeds) {
        cluster = Cluster.start(
                        system,
                        ClusterConfig.named("history")
                                .port(port)
                                .seeds(seeds)
                                .discovery(Discovery.none())
                                .pingInterval(Duration.ofMillis(100))
                                .suspicion(8) // a busy machine is no dead node
                                .messageTypes(MessageTypes.builder()
                                        .register(Stream.class)
                                        .register(Numbered.class)
                                        .build())
                                .build())
                .blockOptional()
                .orElseThrow();
        self = cluster.self().uid();
        write("self", self, cluster.self().port());
        cluster.register("receiver", stream -> receiver((Stream) stream));
        cluster.events().subscribe(this::on);
    }

    public static void main(String[] args) throws IOException {
        new HistoryNode(Integer.parseInt(args[0]), Arrays.copyOfRange(args, 1, args.length));
        while (System.in.read() >= 0) {}
        Runtime.getRuntime().halt(0);
    }

    private static synchronized void write(Object... fields) {
        StringBuilder line = new StringBuilder("@");
        for (Object field : fields) {
            line.append(field).append(' ');
        }
        try {
            OUT.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void on(ClusterEvent event) {
        if (event instanceof MemberUp up) {
            write("up", up.member().uid());
            if (up.member().uid() != self) {
                sendTo(up.member());
            }
        } else if (event instanceof MemberRemoved removed) {
            write("removed", removed.member().uid(), removed.reason());
        } else if (event instanceof MemberUnreachable unreachable) {
            write("unreachable", unreachable.member().uid());
        } else if (event instanceof MemberReachable reachable) {
            write("reachable", reachable.member().uid());
        } else if (event instanceof Rejoined rejoined) {
            self = rejoined.self().uid();
            write("rejoined", rejoined.before().uid(), self);
        }
    }

    private void sendTo(Member member) {
        Stream stream = new Stream(self, member.uid(), streams.incrementAndGet());
        cluster.<Numbered>spawn(member, "receiver", stream, TIMEOUT)
                .subscribe(
                        receiver -> system.<Boolean>spawn(ActorSpec.of(
                                "sender-" + stream.number(), context -> new Sender(context, stream, receiver))),
                        e -> {
                            write("unstarted", stream, e);
                            Mono.delay(AGAIN)
                                    .filter(now -> stream.from() == self
                                            && cluster.members().contains(member))
                                    .subscribe(now -> sendTo(member));
                        });
    }

    private static ActorSpec<Numbered> receiver(Stream stream) {
        return ActorSpec.of(
                "receiver-" + Long.toUnsignedString(stream.from(), 36) + "-" + stream.number(),
                () -> Behavior.receive(
                        (context, message) -> write("got", stream.from(), stream.to(), stream.number(), message.n())));
    }

    /** Sends the numbers of a stream until its receiver has ended. */
    private static final class Sender implements Behavior.Receive<Boolean> {
        private final Stream stream;
        private final ActorRef<Numbered> receiver;
        private int last;

        Sender(ActorContext<Boolean> context, Stream stream, ActorRef<Numbered> receiver) {
            this.stream = stream;
            this.receiver = receiver;
            context.watch(receiver);
            write("watches", stream.from(), stream.to(), stream.number());
            context.timers().every("next", true, PERIOD);
        }

        @Override
        public void receive(ActorContext<Boolean> context, Boolean tick) {
            int n = ++last;
            TellResult result = receiver.tell(new Numbered(n));
            write("sent", stream.from(), stream.to(), stream.number(), n, result);
        }

        /* Goes on after it, to be told again if that can happen, and to try its receiver. */
        @Override
        public void onSignal(ActorContext<Boolean> context, Signal signal) {
            if (signal instanceof Signal.Terminated terminated) {
                write(
                        "terminated",
                        stream.from(),
                        stream.to(),
                        stream.number(),
                        terminated.reason().getClass().getSimpleName());
            }
        }
    }
}
