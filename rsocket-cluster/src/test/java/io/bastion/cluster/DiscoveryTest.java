package io.bastion.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

@Timeout(60)
class DiscoveryTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Discovery.Self SELF = self("shop", 4711);

    private static Discovery.Self self(String cluster, int port) {
        return new Discovery.Self(cluster, "127.0.0.1", port, "127.0.0.1");
    }

    @Test
    void seeds_areFoundAtOnceAndForEver() {
        StepVerifier.create(Discovery.seeds("a:1", "[::1]:2").find(SELF))
                .expectNext(Set.of("a:1", "[::1]:2"))
                .thenCancel()
                .verify(BOUND);
    }

    @Test
    void seed_isNoAddress_isRefused() {
        for (String wrong : List.of("a", "a:0", "a:65536", ":1", "a b:1", "")) {
            assertThatThrownBy(() -> Discovery.seeds(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("seeds: " + wrong + " (expected: host:port)");
        }
    }

    @Test
    void two_areCombined_whatEitherFindsIsFound() {
        Sinks.Many<Set<String>> more = Sinks.many().unicast().onBackpressureBuffer();
        Discovery both = Discovery.seeds("a:1").and(self -> more.asFlux());
        StepVerifier.create(both.find(SELF).skipWhile(Set::isEmpty))
                .expectNext(Set.of("a:1"))
                .then(() -> more.tryEmitNext(Set.of("b:2")))
                .expectNext(Set.of("a:1", "b:2"))
                .then(() -> more.tryEmitNext(Set.of()))
                .expectNext(Set.of("a:1"))
                .thenCancel()
                .verify(BOUND);
    }

    @Test
    void dns_nameHasAddresses_theyAreFoundWithThePort() {
        StepVerifier.create(Discovery.dns("localhost", 7).find(SELF))
                .assertNext(found -> assertThat(found).contains("127.0.0.1:7"))
                .thenCancel()
                .verify(BOUND);
    }

    @Test
    void dns_nameIsUnknown_nothingIsFoundAndNothingFails() {
        StepVerifier.create(
                        Discovery.dns("does-not-exist.invalid", 7).find(SELF).take(Duration.ofSeconds(1)))
                .verifyComplete();
    }

    @Test
    void dnsService_hasRecords_hostsAndPortsAreFound() throws IOException {
        try (DnsServer server = new DnsServer(List.of("a.example.org:7001", "b.example.org:7002"))) {
            DnsServices services = new DnsServices(new SingletonDnsServerAddressStreamProvider(server.address()));
            Discovery discovery =
                    DnsDiscovery.ofService("_bastion._tcp.example.org", services, Discovery.DEFAULT_DNS_INTERVAL);
            StepVerifier.create(discovery.find(SELF))
                    .expectNext(Set.of("a.example.org:7001", "b.example.org:7002"))
                    .thenCancel()
                    .verify(BOUND);
        }
    }

    @Test
    void mdns_nodesOfOneClusterOnOneMachine_findEachOther() throws IOException {
        assumeTrue(loopbackHasMulticast(), "skipped: the loopback interface takes no multicasts");
        String shop = "shop" + ThreadLocalRandom.current().nextInt(1_000_000); // other tests have shops on this machine
        List<Disposable> others = new ArrayList<>();
        others.add(Discovery.mdns().find(self(shop, 4712)).subscribe());
        others.add(Discovery.mdns().find(self("bank", 4713)).subscribe());
        try {
            StepVerifier.create(Discovery.mdns().find(self(shop, 4711)))
                    .expectNext(Set.of("127.0.0.1:4712"))
                    .then(() -> others.get(0).dispose())
                    .expectNext(Set.of())
                    .thenCancel()
                    .verify(BOUND);
        } finally {
            others.forEach(Disposable::dispose);
        }
    }

    private static boolean loopbackHasMulticast() {
        try (MulticastSocket socket = new MulticastSocket(0)) {
            NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
            socket.setNetworkInterface(loopback);
            InetSocketAddress group = new InetSocketAddress("224.0.0.251", socket.getLocalPort());
            socket.joinGroup(group, loopback);
            byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
            socket.send(new DatagramPacket(hello, hello.length, group));
            socket.setSoTimeout(1_000);
            socket.receive(new DatagramPacket(new byte[16], 16));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
