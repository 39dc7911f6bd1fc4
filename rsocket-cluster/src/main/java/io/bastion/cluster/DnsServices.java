package io.bastion.cluster;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/** Looks for SRV records. Each look-up has a thread and a socket of its own, for they are rare. */
record DnsServices(DnsServerAddressStreamProvider servers) {
    /** Asks the servers that the machine uses. */
    static DnsServices ofMachine() {
        return new DnsServices(DnsServerAddressStreamProviders.platformDefault());
    }

    Mono<Set<String>> addresses(String name) {
        return Mono.using(
                () -> new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("bastion-dns", true), NioIoHandler.newFactory()),
                group -> addresses(name, group),
                DnsServices::end);
    }

    private static void end(EventLoopGroup group) {
        var ignored = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private Mono<Set<String>> addresses(String name, EventLoopGroup group) {
        return Mono.create(sink -> {
            DnsNameResolver resolver = new DnsNameResolverBuilder(group.next())
                    .datagramChannelType(NioDatagramChannel.class)
                    .nameServerProvider(servers)
                    .build();
            resolver.resolveAll(new DefaultDnsQuestion(name, DnsRecordType.SRV)).addListener(result -> {
                if (result.isSuccess()) {
                    @SuppressWarnings("unchecked")
                    List<DnsRecord> records = (List<DnsRecord>) result.getNow();
                    sink.success(addresses(records));
                } else {
                    sink.error(result.cause());
                }
            });
        });
    }

    private static Set<String> addresses(List<DnsRecord> records) {
        Set<String> addresses = new LinkedHashSet<>();
        for (DnsRecord record : records) {
            try {
                if (record instanceof DnsRawRecord raw && raw.type().equals(DnsRecordType.SRV)) {
                    ByteBuf content = raw.content();
                    int port = content.skipBytes(4).readUnsignedShort(); // after priority and weight
                    String host = DefaultDnsRecordDecoder.decodeName(content);
                    String address = (host.endsWith(".") ? host.substring(0, host.length() - 1) : host) + ":" + port;
                    if (Addresses.isValid(address)) {
                        addresses.add(address);
                    }
                }
            } finally {
                ReferenceCountUtil.release(record);
            }
        }
        return addresses;
    }
}
