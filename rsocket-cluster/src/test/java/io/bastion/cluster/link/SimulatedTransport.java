package io.bastion.cluster.link;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A node's access to a {@link SimulatedNetwork}. All its state is for the network's worker. */
final class SimulatedTransport implements LinkTransport {
    private final SimulatedNetwork network;
    private final String address;
    private final int port;
    private final Set<SimulatedLink> links = new LinkedHashSet<>();
    private final Set<Dialling> dials = new LinkedHashSet<>();
    private @Nullable Function<Hello, Verdict> verdict;
    private LinkListener listener = new LinkListener() {};
    private boolean closed;

    SimulatedTransport(SimulatedNetwork network, String address, int port) {
        this.network = network;
        this.address = address;
        this.port = port;
    }

    String address() {
        return address;
    }

    LinkListener listener() {
        return listener;
    }

    List<SimulatedLink> links(String peer) {
        return links.stream().filter(link -> link.address().equals(peer)).toList();
    }

    void add(SimulatedLink link) {
        links.add(link);
    }

    void remove(SimulatedLink link) {
        links.remove(link);
    }

    @Override
    public Mono<Integer> bind(Function<Hello, Verdict> verdict, LinkListener listener) {
        return Mono.create(sink -> network.run(() -> {
            this.verdict = verdict;
            this.listener = listener;
            if (closed || !network.bind(this)) {
                sink.error(new BindException(address + " is in use"));
            } else {
                sink.success(port);
            }
        }));
    }

    @Override
    public Mono<Link> connect(String to, Hello hello) {
        return Mono.create(sink -> network.run(() -> new Dialling(to, hello, sink).dial()));
    }

    @Override
    public Mono<Void> close(String reason) {
        return Mono.create(sink -> network.run(() -> {
            closed = true;
            network.unbind(this);
            List.copyOf(links).forEach(link -> link.endBoth(reason));
            List.copyOf(dials).forEach(dial -> dial.fail(new IOException("closed: " + reason)));
            sink.success();
        }));
    }

    void kill() {
        closed = true;
        List.copyOf(links).forEach(link -> link.endBoth("killed"));
        List.copyOf(dials).forEach(dial -> dial.fail(new IOException("killed")));
    }

    private final class Dialling {
        private final String to;
        private final Hello hello;
        private final MonoSink<Link> sink;
        private final SimulatedWire there;
        private final SimulatedWire back;
        private @Nullable Disposable timeout;
        private boolean over;

        Dialling(String to, Hello hello, MonoSink<Link> sink) {
            this.to = to;
            this.hello = hello;
            this.sink = sink;
            this.there = new SimulatedWire(network, address, to);
            this.back = new SimulatedWire(network, to, address);
        }

        void dial() {
            if (closed) {
                sink.error(new IOException("closed"));
                return;
            }
            dials.add(this);
            timeout = network.after(
                    SimulatedNetwork.DIAL_TIMEOUT.toNanos(),
                    () -> fail(new IOException("dial of " + to + " timed out")));
            there.send(this::arrive);
        }

        private void arrive() {
            SimulatedTransport other = network.at(to);
            Function<Hello, Verdict> decides = other == null ? null : other.verdict;
            if (other == null || decides == null) {
                back.send(() -> fail(new ConnectException("refused by " + to)));
                return;
            }
            Verdict answer = decides.apply(hello);
            if (answer instanceof Verdict.Accepted accepted) {
                SimulatedLink mine =
                        new SimulatedLink(network, SimulatedTransport.this, accepted.answer(), hello, to, true);
                SimulatedLink theirs = new SimulatedLink(network, other, hello, accepted.answer(), address, false);
                mine.joinWith(theirs);
                back.send(() -> answered(mine));
            } else if (answer instanceof Verdict.Rejected rejected) {
                back.send(() -> fail(new LinkRejectedException(rejected.code(), rejected.message())));
            }
        }

        private void answered(SimulatedLink link) {
            if (over) {
                link.endBoth("given up");
            } else if (link.isEnded()) {
                fail(new IOException("ended before it was up"));
            } else {
                end();
                link.confirm();
                sink.success(link);
            }
        }

        void fail(IOException error) {
            if (!over) {
                end();
                sink.error(error);
            }
        }

        private void end() {
            over = true;
            dials.remove(this);
            if (timeout != null) {
                timeout.dispose();
            }
            there.clear();
        }
    }
}
