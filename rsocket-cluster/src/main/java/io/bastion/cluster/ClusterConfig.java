package io.bastion.cluster;

import io.bastion.cluster.codec.MessageTypes;
import io.bastion.cluster.link.LinkSettings;
import io.bastion.cluster.link.LinkTransport;
import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.link.RSocketSettings;
import io.bastion.cluster.link.RSocketTransport;
import io.bastion.cluster.membership.Peer;
import io.bastion.cluster.membership.Timings;
import io.bastion.cluster.remote.RemoteSettings;
import io.bastion.cluster.security.LinkSecurity;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a node takes part in a cluster. Immutable.
 *
 * @see #named(String)
 */
public final class ClusterConfig {
    /** How often a node pings one of the others when nothing is said. */
    public static final Duration DEFAULT_PING_INTERVAL = Duration.ofMillis(500);

    /** How patient a node is with a silent one when nothing is said; of three nodes a dead one is removed after 4 to 5 seconds. */
    public static final int DEFAULT_SUSPICION = 3;

    /** How long a node stays as it is without a quorum when nothing is said. */
    public static final Duration DEFAULT_QUORUM_TIMEOUT = Duration.ofSeconds(15);

    private static final int MAX_MESSAGE_BYTES = 64 << 20;

    /** What a batch has besides its longest message. */
    private static final int BESIDE_MESSAGE = 1 << 20;

    private final Builder settings;
    private final Discovery discovery;

    private ClusterConfig(Builder builder) {
        settings = builder.copy();
        Discovery found = settings.discovery;
        discovery = settings.seeds.isEmpty()
                ? found
                : Discovery.seeds(List.copyOf(settings.seeds)).and(found);
    }

    /**
     * Begins with the defaults: the loopback interface, any port, discovery by mDNS.
     *
     * @param cluster the name of the cluster: 1 to 255 letters, digits and {@code - _ . ~}
     */
    public static Builder named(String cluster) {
        if (!cluster.matches("[A-Za-z0-9\\-_.~]{1,255}")) {
            throw new IllegalArgumentException(
                    "cluster: '" + cluster + "' (expected: 1 to 255 letters, digits and - _ . ~)");
        }
        return new Builder(cluster);
    }

    /** The name of the cluster. */
    public String name() {
        return settings.cluster;
    }

    /** The address that the node listens on. */
    public String bindHost() {
        return settings.host;
    }

    /** Where others reach the node. */
    public String advertisedHost() {
        return settings.advertisedHost.isEmpty() ? settings.host : settings.advertisedHost;
    }

    /** The port that it listens on; 0 for any that is free. */
    public int port() {
        return settings.port;
    }

    /** What finds the others, the seeds among them. */
    public Discovery discovery() {
        return discovery;
    }

    /** The types of messages that may be exchanged. */
    public MessageTypes messageTypes() {
        return settings.messageTypes;
    }

    RemoteSettings remoteSettings() {
        return settings.remote.lanes(settings.lanes);
    }

    int minimumQuorum() {
        return settings.minimumQuorum;
    }

    Timings timings() {
        Duration ping = settings.pingInterval;
        return new Timings(
                ping,
                ping.dividedBy(2),
                settings.suspicion,
                ping.multipliedBy(20),
                settings.quorumTimeout,
                ping.multipliedBy(2),
                ping.multipliedBy(30),
                Duration.ofSeconds(2));
    }

    LinkSettings linkSettings(long uid) {
        LinkSettings defaults =
                LinkSettings.of(settings.cluster, advertisedHost(), uid, settings.messageTypes.codecs());
        return new LinkSettings(
                settings.cluster,
                advertisedHost(),
                settings.advertisedPort,
                uid,
                LinkSettings.VERSION,
                LinkSettings.VERSION,
                settings.lanes,
                defaults.codecs(),
                settings.maxNodes,
                defaults.patience(),
                defaults.backoff(),
                defaults.maxBackoff());
    }

    Peer peer(NodeId node) {
        String name = settings.nodeName.isEmpty() ? node.address() : settings.nodeName;
        return new Peer(node, name, settings.roles, settings.metadata);
    }

    LinkTransport newTransport(int port) {
        RSocketSettings defaults = RSocketSettings.of(settings.host, port, settings.security);
        return new RSocketTransport(new RSocketSettings(
                settings.host,
                port,
                defaults.threads(),
                defaults.maxFrame(),
                Math.max(defaults.maxBatch(), settings.remote.maxMessageBytes() + BESIDE_MESSAGE),
                settings.pingInterval,
                defaults.unreachableAfter(),
                defaults.closedAfter(),
                defaults.handshakeTimeout(),
                defaults.maxHalfOpen(),
                settings.security));
    }

    /** Settings of a node. Not thread-safe. */
    public static final class Builder {
        private final String cluster;
        private String nodeName = "";
        private String host = "127.0.0.1";
        private String advertisedHost = "";
        private int port;
        private int advertisedPort;
        private Set<String> seeds = Set.of();
        private Discovery discovery = Discovery.mdns();
        private Set<String> roles = Set.of();
        private Map<String, String> metadata = Map.of();
        private MessageTypes messageTypes = MessageTypes.builder().build();
        private Duration pingInterval = DEFAULT_PING_INTERVAL;
        private int suspicion = DEFAULT_SUSPICION;
        private Duration quorumTimeout = DEFAULT_QUORUM_TIMEOUT;
        private int minimumQuorum = 1;
        private int lanes = LinkSettings.DEFAULT_LANES;
        private int maxNodes = 1_024;
        private LinkSecurity security = LinkSecurity.loopback();
        private RemoteSettings remote = RemoteSettings.defaults();

        private Builder(String cluster) {
            this.cluster = cluster;
        }

        private Builder copy() {
            Builder copy = new Builder(cluster);
            copy.nodeName = nodeName;
            copy.host = host;
            copy.advertisedHost = advertisedHost;
            copy.port = port;
            copy.advertisedPort = advertisedPort;
            copy.seeds = seeds;
            copy.discovery = discovery;
            copy.roles = roles;
            copy.metadata = metadata;
            copy.messageTypes = messageTypes;
            copy.pingInterval = pingInterval;
            copy.suspicion = suspicion;
            copy.quorumTimeout = quorumTimeout;
            copy.minimumQuorum = minimumQuorum;
            copy.lanes = lanes;
            copy.maxNodes = maxNodes;
            copy.security = security;
            copy.remote = remote;
            return copy;
        }

        /** The node's name, for people; its address when nothing is said. */
        public Builder nodeName(String name) {
            require(!name.isBlank() && name.length() <= 255, "nodeName", name, "1 to 255 characters");
            nodeName = name;
            return this;
        }

        /** The address to listen on, which is also what others are told unless {@link #advertised} says otherwise; the loopback interface when nothing is said. */
        public Builder host(String host) {
            requireHost("host", host);
            this.host = host;
            return this;
        }

        /** The port to listen on; 0 for any that is free, as when nothing is said. */
        public Builder port(int port) {
            require(port >= 0 && port < 65_536, "port", port, "0 to 65535");
            this.port = port;
            return this;
        }

        /**
         * Where others reach the node if that is not where it listens: behind a NAT, or in a container.
         *
         * @param port 0 if it is the one that it listens on
         */
        public Builder advertised(String host, int port) {
            requireHost("advertisedHost", host);
            require(port >= 0 && port < 65_536, "advertisedPort", port, "0 to 65535");
            advertisedHost = host;
            advertisedPort = port;
            return this;
        }

        /** Addresses, {@code host:port}, at which other nodes may be; besides what the discovery finds. */
        public Builder seeds(String... addresses) {
            seeds = Addresses.check("seeds", List.of(addresses));
            return this;
        }

        /** How other nodes are found; by mDNS when nothing is said. */
        public Builder discovery(Discovery discovery) {
            this.discovery = discovery;
            return this;
        }

        /** What the node is for. */
        public Builder roles(String... roles) {
            this.roles = new HashSet<>(List.of(roles));
            return this;
        }

        /** Whatever else the node wants known: 8 KiB at most, with name and roles. */
        public Builder metadata(Map<String, String> metadata) {
            this.metadata = new HashMap<>(metadata);
            return this;
        }

        /** The types of messages that may be exchanged besides the simple ones. */
        public Builder messageTypes(MessageTypes types) {
            messageTypes = types;
            return this;
        }

        /** How often the node pings one of the others; it is by this that dead ones are noticed sooner or later. */
        public Builder pingInterval(Duration interval) {
            require(interval.toMillis() >= 2, "pingInterval", interval, ">= 2 ms");
            pingInterval = interval;
            return this;
        }

        /** For how many pings, times the binary logarithm of the number of members, a silent member is suspected before it is dead. */
        public Builder suspicion(int multiplier) {
            require(multiplier > 0, "suspicion", multiplier, "> 0");
            suspicion = multiplier;
            return this;
        }

        /** How long the node stays as it is without a quorum, before it joins anew. */
        public Builder quorumTimeout(Duration timeout) {
            require(!timeout.isNegative() && !timeout.isZero(), "quorumTimeout", timeout, "> 0");
            quorumTimeout = timeout;
            return this;
        }

        /**
         * How many members it takes to be a quorum, even if that is more than half of them: 1 when nothing is said. With n / 2 + 1 of n
         * nodes planned, no two parts of the cluster can both have one, whenever they were started.
         */
        public Builder minimumQuorum(int members) {
            require(members > 0, "minimumQuorum", members, "> 0");
            minimumQuorum = members;
            return this;
        }

        /** Into how many parts the messages to another node are divided, each of which has its order: 4 when nothing is said. */
        public Builder lanes(int lanes) {
            require(lanes > 0 && lanes <= 64, "lanes", lanes, "1 to 64");
            this.lanes = lanes;
            return this;
        }

        /** With how many other nodes there may be a link at a time: 1024 when nothing is said. */
        public Builder maxNodes(int nodes) {
            require(nodes > 0, "maxNodes", nodes, "> 0");
            maxNodes = nodes;
            return this;
        }

        /**
         * How nodes prove who they are; when nothing is said they do not, and listen on the loopback interface only. Another
         * {@link #host} than that needs TLS, or plain TCP that is allowed explicitly.
         */
        public Builder security(LinkSecurity security) {
            this.security = security;
            return this;
        }

        /**
         * How many messages wait here for room at their receiver, or for a link.
         *
         * @param perActor to one actor of another node: 4 096 when nothing is said
         * @param perNode to all actors of another node: 131 072 when nothing is said
         */
        public Builder outbox(int perActor, int perNode) {
            remote = remote.outbox(perActor, perNode);
            return this;
        }

        /**
         * How long a message may be as bytes: 1 MiB when nothing is said. Other nodes have to be told the same, or more: what is much
         * longer than theirs ends the link.
         */
        public Builder maxMessageBytes(int bytes) {
            require(bytes > 0 && bytes <= MAX_MESSAGE_BYTES, "maxMessageBytes", bytes, "1 to " + MAX_MESSAGE_BYTES);
            remote = remote.maxMessageBytes(bytes);
            return this;
        }

        /** How long messages wait for a link before they are dead letters: 30 s when nothing is said. */
        public Builder unreachableAfter(Duration time) {
            remote = remote.unreachableAfter(time);
            return this;
        }

        /** Which entries of a Reactor context travel with a message, whose keys and values are strings: those of W3C's trace context when nothing is said. */
        public Builder contextKeys(String... keys) {
            remote = remote.contextKeys(List.of(keys));
            return this;
        }

        /** Whether actors here are stopped, drained and killed at the command of other nodes; so when nothing is said. */
        public Builder obeysCommands(boolean obeys) {
            remote = remote.obeysCommands(obeys);
            return this;
        }

        /** The settings. */
        public ClusterConfig build() {
            return new ClusterConfig(this);
        }

        private static void requireHost(String field, String host) {
            require(Addresses.isValid(host + ":1"), field, host, "a name or an address");
        }

        private static void require(boolean condition, String field, Object value, String expected) {
            if (!condition) {
                throw new IllegalArgumentException(field + ": " + value + " (expected: " + expected + ")");
            }
        }
    }
}
