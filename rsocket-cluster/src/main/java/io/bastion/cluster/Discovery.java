package io.bastion.cluster;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds addresses at which there may be nodes of the cluster, and may announce that of this node. What it finds is tried, again and
 * again; that there is no node, or one of another cluster, does no harm.
 */
@FunctionalInterface
public interface Discovery {
    /** How often a name is looked up in the DNS when nothing is said. */
    Duration DEFAULT_DNS_INTERVAL = Duration.ofSeconds(30);

    /**
     * Begins to look, and to announce.
     *
     * @param self what is known of this node
     * @return all addresses that are known now, {@code host:port}, each time that they change; this node's own may be among them.
     *     Faults are logged, and not signalled. Cancelling ends the announcement
     */
    Flux<Set<String>> find(Self self);

    /**
     * The node that looks.
     *
     * @param cluster the cluster's name
     * @param host where others reach it
     * @param port where others reach it
     * @param bindHost the address that it listens on
     */
    record Self(String cluster, String host, int port, String bindHost) {
        /** {@code host:port}. */
        public String address() {
            return host + ":" + port;
        }
    }

    /** Finds nothing: this node waits for others. */
    static Discovery none() {
        return seeds(List.of());
    }

    /**
     * Addresses that are known.
     *
     * @param addresses each {@code host:port}
     */
    static Discovery seeds(String... addresses) {
        return seeds(Arrays.asList(addresses));
    }

    /**
     * Addresses that are known.
     *
     * @param addresses each {@code host:port}
     */
    static Discovery seeds(List<String> addresses) {
        Set<String> known = Addresses.check("seeds", addresses);
        return self -> Flux.concat(Flux.just(known), Flux.never());
    }

    /**
     * The addresses of a name, looked up every 30 s: with Kubernetes, that of a headless service.
     *
     * @param host the name
     * @param port that of each of them
     */
    static Discovery dns(String host, int port) {
        return DnsDiscovery.ofHost(host, port, DEFAULT_DNS_INTERVAL);
    }

    /**
     * The hosts and ports of a name's SRV records, looked up every 30 s.
     *
     * @param name for instance {@code _bastion._tcp.shop.example.org}
     */
    static Discovery dnsService(String name) {
        return DnsDiscovery.ofService(name, DnsServices.ofMachine(), DEFAULT_DNS_INTERVAL);
    }

    /**
     * Nodes in the same network that announce themselves, as this one does then, by mDNS on the interface that this node listens on:
     * those on this machine if that is the loopback interface. There is nothing to configure.
     */
    static Discovery mdns() {
        return new MdnsDiscovery();
    }

    /** What either of two finds. */
    default Discovery and(Discovery other) {
        Mono<Set<String>> nothing = Mono.just(Set.of());
        return self -> Flux.combineLatest(
                        Flux.concat(nothing, find(self)), Flux.concat(nothing, other.find(self)), Addresses::union)
                .distinctUntilChanged();
    }
}
