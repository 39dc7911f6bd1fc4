package io.bastion.cluster.process;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
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
import io.bastion.cluster.Ports;
import io.bastion.cluster.Traffic;
import io.bastion.cluster.codec.MessageTypes;
import io.bastion.cluster.process.Streams.Present;
import io.bastion.cluster.process.Streams.Stream;
import io.bastion.cluster.process.Streams.ToReceiver;
import io.bastion.cluster.process.Streams.ToSender;
import io.bastion.cluster.security.LinkSecurity;
import io.bastion.supervision.Restart;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import reactor.core.publisher.Mono;

/**
 * The program of a node: for each member that comes it has an actor started there, watches that, and sends it the numbers from 1
 * on; see {@link Streams}. It writes what happens to standard output, each line at once, so that nothing is missing when it is
 * killed. Ends with its input, which is commands.
 */
final class HistoryNode {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration AGAIN = Duration.ofMillis(50);
    private static final Duration STALL = Duration.ofMillis(200);
    private static final String GROUP = "all";

    private final ActorSystem system = ActorSystem.create("history");
    private final AtomicInteger streams = new AtomicInteger();
    private final Cluster cluster;
    private volatile long self;

    private HistoryNode(Map<String, String> settings) {
        String host = settings.getOrDefault("host", "127.0.0.1");
        int port = Integer.parseInt(settings.getOrDefault("port", "0"));
        ClusterConfig.Builder config = ClusterConfig.named("history")
                .host(host)
                .security(LinkSecurity.loopback().allowPlain())
                .pingInterval(Duration.ofMillis(150))
                .suspicion(8) // a busy machine is no dead node
                .quorumTimeout(Duration.ofSeconds(3))
                .messageTypes(MessageTypes.builder()
                        .register(Stream.class)
                        .register(ToReceiver.class)
                        .register(ToSender.class)
                        .register(Present.class)
                        .build());
        String seeds = settings.get("seeds");
        if (seeds != null) {
            config.seeds(seeds.split(",")).discovery(Discovery.none());
        }
        String advertised = settings.get("advertised");
        if (advertised != null) {
            port = Ports.unused(); // the one that others know is the proxy's
            config.advertised(host, Integer.parseInt(advertised));
        }
        History.write("listens", port); // before others can come through the proxy
        cluster =
                Cluster.start(system, config.port(port).build()).blockOptional().orElseThrow();
        self = cluster.self().uid();
        History.write("self", self, cluster.self().host() + ":" + cluster.self().port());
        cluster.register("receiver", stream -> Streams.receiver((Stream) stream).restart(Restart.temporary()));
        cluster.joinGroup(
                GROUP,
                system.spawn(ActorSpec.<Present>of(
                        "present",
                        () -> Behavior.receive(
                                (context, present) -> present.replyTo().tell(self)))));
        cluster.events().subscribe(this::on);
    }

    /** Says when threads do not get to run: who is starved may be taken for dead. */
    private static void watchStalls() {
        Thread watch = new Thread(() -> {
            while (true) {
                long before = System.nanoTime();
                LockSupport.parkNanos(STALL.toNanos() / 4);
                long millis = (System.nanoTime() - before) / 1_000_000;
                if (millis > STALL.toMillis()) {
                    History.write("stalled", millis);
                }
            }
        });
        watch.setDaemon(true);
        watch.start();
    }

    public static void main(String[] args) throws IOException {
        Map<String, String> settings = new HashMap<>();
        for (String arg : args) {
            String[] pair = arg.split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        watchStalls();
        HistoryNode node = new HistoryNode(settings);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            node.command(line.split(" "));
        }
        Runtime.getRuntime().halt(0);
    }

    private void command(String[] command) {
        switch (command[0]) {
            case "pace" -> Streams.pace(Integer.parseInt(command[1]), Integer.parseInt(command[2]));
            case "group" ->
                cluster.group(GROUP, Present.class)
                        .<Long>askEveryone(Present::new, TIMEOUT)
                        .onErrorComplete()
                        .collectList()
                        .subscribe(present -> History.write(
                                "group",
                                command[1],
                                present.stream()
                                        .map(String::valueOf)
                                        .sorted()
                                        .toList()
                                        .toString()
                                        .replace(" ", "")));
            case "accounts" -> {
                for (Traffic traffic : cluster.traffic()) {
                    History.write(
                            "account",
                            command[1],
                            self,
                            traffic.uid(),
                            traffic.written(),
                            traffic.received(),
                            traffic.mayBeLost(),
                            traffic.waiting(),
                            traffic.unreadable());
                }
                History.write("accounts", command[1]);
            }
            case "memory" -> {
                System.gc();
                Runtime runtime = Runtime.getRuntime();
                History.write(
                        "memory",
                        command[1],
                        (runtime.totalMemory() - runtime.freeMemory()) / 1024,
                        PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() / 1024,
                        Thread.activeCount());
            }
            default -> throw new IllegalArgumentException(String.join(" ", command));
        }
    }

    private void on(ClusterEvent event) {
        if (event instanceof MemberUp up) {
            History.write("up", up.member().uid());
            if (up.member().uid() != self) {
                sendTo(up.member());
            }
        } else if (event instanceof MemberRemoved removed) {
            History.write("removed", removed.member().uid(), removed.reason());
        } else if (event instanceof MemberUnreachable unreachable) {
            History.write("unreachable", unreachable.member().uid());
        } else if (event instanceof MemberReachable reachable) {
            History.write("reachable", reachable.member().uid());
        } else if (event instanceof Rejoined rejoined) {
            self = rejoined.self().uid();
            History.write("rejoined", rejoined.before().uid(), self, rejoined.cause());
        }
    }

    private void sendTo(Member member) {
        Stream stream = new Stream(self, member.uid(), streams.incrementAndGet());
        cluster.<ToReceiver>spawn(member, "receiver", stream, TIMEOUT)
                .subscribe(receiver -> start(member, stream, receiver), e -> {
                    History.write("unstarted", stream, e.getClass().getSimpleName());
                    Mono.delay(AGAIN).subscribe(now -> sendToIfThere(member, stream));
                });
    }

    private void start(Member member, Stream stream, ActorRef<ToReceiver> receiver) {
        system.spawn(ActorSpec.<ToSender>of(
                "sender-" + stream.number(),
                context -> new StreamSender(context, stream, receiver, () -> sendToIfThere(member, stream))));
    }

    private void sendToIfThere(Member member, Stream last) {
        if (last.from() == self && cluster.members().contains(member)) {
            sendTo(member);
        }
    }
}
