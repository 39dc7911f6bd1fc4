package io.bastion.spring.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the application takes part in a cluster.
 *
 * @param enabled Whether it does.
 * @param name The name of the cluster. That of the actor system when nothing is said.
 * @param nodeName The name of this node, for people. Its address when nothing is said.
 * @param host The address to listen on. Another one than the loopback interface needs a bean of LinkSecurity.
 * @param port The port to listen on, 0 for any that is free.
 * @param seeds Addresses, host:port, at which other nodes may be.
 * @param mdns Whether other nodes are also found by mDNS. A bean of Discovery replaces it.
 * @param roles What this node is for.
 * @param minimumQuorum How many members it takes to be a quorum, even if that is more than half of them.
 * @param startTimeout How long this node may take to start.
 */
@ConfigurationProperties("bastion.cluster")
public record ClusterProperties(
        @DefaultValue("false") boolean enabled,
        @Nullable String name,
        @Nullable String nodeName,
        @DefaultValue("127.0.0.1") String host,
        @DefaultValue("0") int port,
        @DefaultValue List<String> seeds,
        @DefaultValue("false") boolean mdns,
        @DefaultValue Set<String> roles,
        @DefaultValue("1") int minimumQuorum,
        @DefaultValue("30s") Duration startTimeout) {}
