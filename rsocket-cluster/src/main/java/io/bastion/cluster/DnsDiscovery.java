package io.bastion.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Hashtable;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What a name stands for in the DNS, again and again. A look-up that fails leaves what was found before. */
final class DnsDiscovery implements Discovery {
    private static final Logger log = LoggerFactory.getLogger(DnsDiscovery.class);

    private interface Lookup {
        Set<String> addresses() throws NamingException, UnknownHostException;
    }

    private final String name;
    private final Duration interval;
    private final Lookup lookup;

    private DnsDiscovery(String name, Duration interval, Lookup lookup) {
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
        return new DnsDiscovery(host, interval, () -> hosts(host, port));
    }

    /**
     * @param provider {@code dns:} for the servers that the machine uses
     */
    static Discovery ofService(String name, String provider, Duration interval) {
        return new DnsDiscovery(name, interval, () -> services(name, provider));
    }

    @Override
    public Flux<Set<String>> find(Self self) {
        return Mono.fromCallable(lookup::addresses)
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorResume(e -> {
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

    private static Set<String> services(String name, String provider) throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, provider);
        DirContext context = new InitialDirContext(environment);
        try {
            Attribute records = context.getAttributes(name, new String[] {"SRV"}).get("SRV");
            Set<String> addresses = new LinkedHashSet<>();
            if (records != null) {
                NamingEnumeration<?> all = records.getAll();
                while (all.hasMore()) {
                    String[] record = all.next().toString().trim().split("\\s+"); // priority weight port target
                    String address = record.length == 4 ? record[3].replaceAll("\\.$", "") + ":" + record[2] : "";
                    if (Addresses.isValid(address)) {
                        addresses.add(address);
                    }
                }
            }
            return addresses;
        } finally {
            context.close();
        }
    }
}
