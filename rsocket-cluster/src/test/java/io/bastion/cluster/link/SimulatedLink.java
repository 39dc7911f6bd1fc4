package io.bastion.cluster.link;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** An end of a simulated link. Its state is for the network's worker. */
final class SimulatedLink implements Link {
    private final SimulatedNetwork network;
    private final SimulatedTransport transport;
    private final Hello peer;
    private final Hello self;
    private final String address;
    private final boolean dialled;
    private final SimulatedWire pushes;
    private final SimulatedWire beats;
    private final List<SimulatedLane> lanes = new ArrayList<>();
    private @Nullable SimulatedLink other;
    private @Nullable Disposable ticks;
    private int missed;
    private boolean up;
    private boolean ended;

    SimulatedLink(
            SimulatedNetwork network,
            SimulatedTransport transport,
            Hello peer,
            Hello self,
            String address,
            boolean dialled) {
        this.network = network;
        this.transport = transport;
        this.peer = peer;
        this.self = self;
        this.address = address;
        this.dialled = dialled;
        this.pushes = new SimulatedWire(network, transport.address(), address);
        this.beats = new SimulatedWire(network, transport.address(), address);
        for (int i = 0; i < lanes(); i++) {
            lanes.add(new SimulatedLane(network, this, new SimulatedWire(network, transport.address(), address)));
        }
    }

    /** The other end has accepted it, and waits for the confirmation. */
    void joinWith(SimulatedLink end) {
        other = end;
        end.other = this;
        end.transport.add(end);
        end.ticks = network.after(SimulatedNetwork.DIAL_TIMEOUT.toNanos(), () -> end.endBoth("not confirmed in time"));
        for (int i = 0; i < lanes.size(); i++) {
            lanes.get(i).joinWith(end.lanes.get(i));
        }
    }

    /** Where the other end is on the network. */
    String address() {
        return address;
    }

    private SimulatedLink other() {
        if (other == null) {
            throw new IllegalStateException("one end only");
        }
        return other;
    }

    @Override
    public Hello peer() {
        return peer;
    }

    @Override
    public boolean dialled() {
        return dialled;
    }

    @Override
    public int lanes() {
        return self.commonLanes(peer);
    }

    @Override
    public Flux<ByteBuf> lane(int lane, Publisher<ByteBuf> outbound) {
        return lanes.get(lane).join(outbound);
    }

    @Override
    public void push(ByteBuf message) {
        if (message.readableBytes() > MAX_PUSH) {
            int length = message.readableBytes();
            message.release();
            throw new IllegalArgumentException("message: " + length + " bytes (expected: <= " + MAX_PUSH + ")");
        }
        network.run(() -> {
            if (ended) {
                message.release();
            } else {
                pushes.send(() -> other().pushed(message), message::release);
            }
        });
    }

    private void pushed(ByteBuf message) {
        try {
            if (up && !ended) {
                transport.listener().pushed(this, message);
            }
        } finally {
            message.release();
        }
    }

    @Override
    public void close(String reason) {
        network.run(() -> endBoth(reason));
    }

    // The following on the worker.

    /** The dialler has the answer. */
    void confirm() {
        begin();
        pushes.send(() -> other().begin());
    }

    private void begin() {
        if (ended) {
            return;
        }
        up = true;
        transport.add(this);
        if (ticks != null) {
            ticks.dispose();
        }
        ticks = network.after(SimulatedNetwork.HEARTBEAT.toNanos(), this::tick);
        transport.listener().up(this);
    }

    private void tick() {
        if (ended) {
            return;
        }
        ticks = network.after(SimulatedNetwork.HEARTBEAT.toNanos(), this::tick);
        if (network.isFrozen(transport.address())) {
            return;
        }
        if (beats.isEmpty()) {
            beats.send(() -> other().heard());
        }
        missed++;
        if (missed == SimulatedNetwork.UNREACHABLE_AFTER) {
            transport.listener().unreachable(this);
        } else if (missed == SimulatedNetwork.CLOSED_AFTER) {
            endBoth("not heard of for too long");
        }
    }

    private void heard() {
        boolean back = missed >= SimulatedNetwork.UNREACHABLE_AFTER;
        missed = 0;
        if (back && !ended) {
            transport.listener().reachable(this);
        }
    }

    void endBoth(String reason) {
        if (!ended) {
            end(reason);
            new SimulatedWire(network, transport.address(), address).send(() -> other().end(reason));
        }
    }

    void end(String reason) {
        if (ended) {
            return;
        }
        ended = true;
        if (ticks != null) {
            ticks.dispose();
        }
        beats.clear();
        transport.remove(this);
        // what this end has sent is lost with the other's end; what comes is not taken any more
        other().pushes.clear();
        lanes.forEach(SimulatedLane::end);
        if (other().ended) {
            pushes.clear();
        }
        if (up) {
            transport.listener().down(this, reason);
        }
    }

    boolean isEnded() {
        return ended;
    }
}
