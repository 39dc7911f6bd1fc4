package io.bastion.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What a name stands for in the DNS, again and again. A look-up that fails leaves what was found before. */
final class DnsDiscovery implements Discovery {
    private static final Logger log = LoggerFactory.getLogger(DnsDiscovery.class);

    private final String name;
    private final Duration interval;
    private final Mono<Set<String>> lookup;

    private DnsDiscovery(String name, Duration interval, Mono<Set<String>> lookup) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: '" + name + "' (expected: a name in the DNS)");
        }
        this.name = name;
        this.interval = interval;
        this.lookup = lookup;
    }

    static Discovery ofHost(String host, int port, Duration interval) {
        if (!Addresses.isPort(port)) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
        }
        Mono<Set<String>> lookup = Mono.fromCallable(() -> hosts(host, port)).subscribeOn(Schedulers.boundedElastic());
        return new DnsDiscovery(host, interval, lookup);
    }

    static Discovery ofService(String name, DnsServices services, Duration interval) {
        return new DnsDiscovery(name, interval, services.addresses(name));
    }

    @Override
    public Flux<Set<String>> find(Self self) {
        return lookup.onErrorResume(e -> {
                    log.warn("{}: look-up failed: {}", name, e.toString());
                    return Mono.empty();
                })
                .repeatWhen(end -> end.delayElements(interval))
                .distinctUntilChanged();
    }

    private static Set<String> hosts(String host, int port) throws UnknownHostException {
        Set<String> addresses = new LinkedHashSet<>();
        for (InetAddress address : InetAddress.getAllByName(host)) {
            String text = address.getHostAddress();
            addresses.add((text.contains(":") ? "[" + text + "]" : text) + ":" + port);
        }
        return addresses;
    }
}
