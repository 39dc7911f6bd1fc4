package io.bastion.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.jmdns.JmDNS;
import javax.jmdns.ServiceEvent;
import javax.jmdns.ServiceInfo;
import javax.jmdns.ServiceListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Nodes that announce themselves by mDNS. */
final class MdnsDiscovery implements Discovery {
    private static final Logger log = LoggerFactory.getLogger(MdnsDiscovery.class);
    private static final String TYPE = "_bastion._tcp.local.";
    private static final String CLUSTER = "cluster";
    private static final String ADDRESS = "address";

    /** Anyone in the network can announce what he likes. */
    private static final int MAX_FOUND = 1_024;

    /** How soon it asks again, at first and at last: an announcement comes once, and may be lost or come while the network is cut. */
    private static final long FIRST_PAUSE_MILLIS = 1_000;

    private static final long LONGEST_PAUSE_MILLIS = 60_000;

    @Override
    public Flux<Set<String>> find(Self self) {
        return Flux.<Set<String>>create(sink -> {
                    Search search = new Search(self, sink);
                    Mono<Void> start = Mono.<Void>fromRunnable(search::start).subscribeOn(Schedulers.boundedElastic());
                    start.subscribe(null, e -> log.warn("mDNS on {} failed: {}", self.bindHost(), e.toString()));
                    sink.onDispose(() -> Schedulers.boundedElastic().schedule(search::stop));
                })
                .distinctUntilChanged();
    }

    /** One announcement of a node that looks for others; JmDNS blocks. */
    private static final class Search implements ServiceListener {
        private final Self self;
        private final FluxSink<Set<String>> sink;

        /** By the names of their announcements: one comes again and again. */
        private final Map<String, String> found = new ConcurrentHashMap<>();

        private final Disposable.Swap again = Disposables.swap();

        /** Comes and goes; another one than that which must miss nothing. */
        private final ServiceListener asking = new ServiceListener() {
            @Override
            public void serviceAdded(ServiceEvent event) {
                Search.this.serviceAdded(event);
            }

            @Override
            public void serviceRemoved(ServiceEvent event) {}

            @Override
            public void serviceResolved(ServiceEvent event) {}
        };

        private @Nullable JmDNS mdns;
        private boolean stopped;

        Search(Self self, FluxSink<Set<String>> sink) {
            this.self = self;
            this.sink = sink;
        }

        synchronized void start() {
            if (stopped) {
                return;
            }
            try {
                InetAddress address = InetAddress.getByName(self.bindHost());
                JmDNS started = address.isAnyLocalAddress() ? JmDNS.create() : JmDNS.create(address, self.bindHost());
                mdns = started;
                started.addServiceListener(TYPE, this);
                String name =
                        self.cluster() + " " + self.address().replace('.', '-').replace(':', '-');
                started.registerService(ServiceInfo.create(
                        TYPE, name, self.port(), 0, 0, Map.of(CLUSTER, self.cluster(), ADDRESS, self.address())));
            } catch (IOException e) {
                throw new IllegalStateException("mDNS on " + self.bindHost(), e);
            }
            askAfter(FIRST_PAUSE_MILLIS);
        }

        private void askAfter(long millis) {
            again.update(Schedulers.boundedElastic().schedule(() -> ask(millis), millis, TimeUnit.MILLISECONDS));
        }

        private synchronized void ask(long pause) {
            JmDNS running = mdns;
            if (!stopped && running != null) {
                running.removeServiceListener(TYPE, asking);
                running.addServiceListener(TYPE, asking); // this is how JmDNS is made to ask
                askAfter(Math.min(2 * pause, LONGEST_PAUSE_MILLIS));
            }
        }

        synchronized void stop() {
            stopped = true;
            again.dispose();
            JmDNS running = mdns;
            if (running != null) {
                try {
                    running.close();
                } catch (IOException e) {
                    log.debug("mDNS on {} did not end well", self.bindHost(), e);
                }
            }
        }

        @Override
        public void serviceAdded(ServiceEvent event) {
            event.getDNS().requestServiceInfo(event.getType(), event.getName(), true, 1); // comes without TXT; no wait
        }

        @Override
        public void serviceRemoved(ServiceEvent event) {
            if (found.remove(event.getName()) != null) {
                tell();
            }
        }

        @Override
        public void serviceResolved(ServiceEvent event) {
            ServiceInfo info = event.getInfo();
            String address = info.getPropertyString(ADDRESS);
            if (self.cluster().equals(info.getPropertyString(CLUSTER))
                    && address != null
                    && Addresses.isValid(address)
                    && !address.equals(self.address())
                    && found.size() < MAX_FOUND
                    && !address.equals(found.put(event.getName(), address))) {
                tell();
            }
        }

        private void tell() {
            sink.next(new LinkedHashSet<>(found.values()));
        }
    }
}
