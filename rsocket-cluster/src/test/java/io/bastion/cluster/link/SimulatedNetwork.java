package io.bastion.cluster.link;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * A network in memory, for tests: links with delays drawn from a seed, cuts, and nodes that freeze.
 *
 * <p>As with TCP nothing is lost on a link that lives, and what goes through a lane, and what is pushed, arrives in its order; a
 * push may overtake a lane, and lanes each other. While a direction is {@link #cut}, what goes there is held back, and dials time out;
 * the two ends find out by their heartbeats. What is under way when a link ends is lost.
 *
 * <p>All that it does runs on one worker of a scheduler, and its time is that scheduler's: on a {@code DeterministicScheduler} all
 * is determined by the seeds. Thread-safe; what is changed takes effect in its turn on that worker.
 */
public final class SimulatedNetwork {
    /** What a node tells others that it is alive. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** Heartbeats in vain until the other end is unreachable. */
    public static final int UNREACHABLE_AFTER = 3;

    /** Heartbeats in vain until the link is closed. */
    public static final int CLOSED_AFTER = 10;

    /** How long a dial waits for an answer. */
    public static final Duration DIAL_TIMEOUT = Duration.ofSeconds(3);

    private record Direction(String from, String to) {}

    private final Scheduler scheduler;
    private final Scheduler.Worker worker;

    /** These are for the worker. */
    private final Random random;

    private final Map<String, SimulatedTransport> bound = new LinkedHashMap<>();
    private final Set<SimulatedWire> wires = new LinkedHashSet<>();
    private final Set<Direction> cuts = new HashSet<>();
    private final Set<String> frozen = new HashSet<>();
    private long minDelay;
    private long maxDelay;

    private SimulatedNetwork(long seed, Scheduler scheduler) {
        this.random = new Random(seed);
        this.scheduler = scheduler;
        this.worker = scheduler.createWorker();
    }

    /** A network without delays. */
    public static SimulatedNetwork seeded(long seed, Scheduler scheduler) {
        return new SimulatedNetwork(seed, scheduler);
    }

    /** Delays each message by something between two times. */
    public SimulatedNetwork delay(Duration min, Duration max) {
        run(() -> {
            minDelay = min.toNanos();
            maxDelay = max.toNanos();
        });
        return this;
    }

    /** The access of a node to the network. Its address is {@code host:port}; one at a time may be bound to an address. */
    public LinkTransport transport(String host, int port) {
        return new SimulatedTransport(this, host + ":" + port, port);
    }

    /** Holds back all that goes from one address to another. */
    public void cut(String from, String to) {
        run(() -> cuts.add(new Direction(from, to)));
    }

    /** Holds back all that goes between each of some addresses and each of others. */
    public void partition(List<String> some, List<String> others) {
        some.forEach(a -> others.forEach(b -> {
            cut(a, b);
            cut(b, a);
        }));
    }

    /** Undoes all cuts; what was held back arrives. */
    public void heal() {
        run(() -> {
            cuts.clear();
            flush();
        });
    }

    /** Undoes a cut. */
    public void heal(String from, String to) {
        run(() -> {
            cuts.remove(new Direction(from, to));
            flush();
        });
    }

    /**
     * Stops the network's part of a node: nothing goes in or out, and its heartbeats stand still. (The code above it runs on.)
     */
    public void freeze(String address) {
        run(() -> frozen.add(address));
    }

    /** Ends a freeze. */
    public void thaw(String address) {
        run(() -> {
            frozen.remove(address);
            flush();
        });
    }

    /** Breaks all links between two addresses: both ends notice, each after a delay of its own. */
    public void breakLinks(String a, String b) {
        run(() -> links(a, b, link -> after(delay(), () -> link.end("broken"))));
    }

    /** Kills a node: its links break, and nobody listens at its address any more. */
    public void kill(String address) {
        run(() -> {
            SimulatedTransport transport = bound.remove(address);
            if (transport != null) {
                transport.kill();
            }
        });
    }

    private void links(String a, String b, Consumer<SimulatedLink> action) {
        for (String address : List.of(a, b)) {
            SimulatedTransport transport = bound.get(address);
            if (transport != null) {
                transport.links(address.equals(a) ? b : a).forEach(action);
            }
        }
    }

    // For the parts of the network, on the worker.

    void run(Runnable task) {
        worker.schedule(task);
    }

    Disposable after(long nanos, Runnable task) {
        return worker.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    long now() {
        return scheduler.now(TimeUnit.NANOSECONDS);
    }

    long delay() {
        return minDelay + (maxDelay > minDelay ? (long) (random.nextDouble() * (maxDelay - minDelay)) : 0);
    }

    boolean isHeld(String from, String to) {
        return frozen.contains(from) || frozen.contains(to) || cuts.contains(new Direction(from, to));
    }

    boolean isFrozen(String address) {
        return frozen.contains(address);
    }

    @Nullable SimulatedTransport at(String address) {
        return bound.get(address);
    }

    boolean bind(SimulatedTransport transport) {
        return bound.putIfAbsent(transport.address(), transport) == null;
    }

    void unbind(SimulatedTransport transport) {
        bound.remove(transport.address(), transport);
    }

    void add(SimulatedWire wire) {
        wires.add(wire);
    }

    void remove(SimulatedWire wire) {
        wires.remove(wire);
    }

    private void flush() {
        List.copyOf(wires).forEach(SimulatedWire::deliver);
    }
}
