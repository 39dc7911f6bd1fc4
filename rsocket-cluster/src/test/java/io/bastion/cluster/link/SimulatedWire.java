package io.bastion.cluster.link;

import java.util.ArrayDeque;

/** What goes from one address to another in one order. For the network's worker. */
final class SimulatedWire {
    private record Packet(long due, Runnable arrival, Runnable loss) {}

    private final SimulatedNetwork network;
    private final String from;
    private final String to;
    private final ArrayDeque<Packet> packets = new ArrayDeque<>();
    private long lastDue = Long.MIN_VALUE;

    SimulatedWire(SimulatedNetwork network, String from, String to) {
        this.network = network;
        this.from = from;
        this.to = to;
    }

    void send(Runnable arrival) {
        send(arrival, () -> {});
    }

    /**
     * @param loss runs instead of the arrival if the wire is cleared before
     */
    void send(Runnable arrival, Runnable loss) {
        long now = network.now();
        lastDue = Math.max(lastDue, now + network.delay());
        packets.add(new Packet(lastDue, arrival, loss));
        network.add(this);
        network.after(lastDue - now, this::deliver);
    }

    boolean isEmpty() {
        return packets.isEmpty();
    }

    /** Lets all arrive that is due, unless it is held back. */
    void deliver() {
        while (!network.isHeld(from, to)) {
            Packet next = packets.peek();
            if (next == null || next.due > network.now()) {
                break;
            }
            packets.remove();
            next.arrival.run();
        }
        if (packets.isEmpty()) {
            network.remove(this);
        }
    }

    void clear() {
        packets.forEach(packet -> packet.loss.run());
        packets.clear();
        network.remove(this);
    }
}
