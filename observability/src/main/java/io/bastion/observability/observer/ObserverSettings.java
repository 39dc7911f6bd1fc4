package io.bastion.observability.observer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** How the page is served, and to whom. Immutable. */
public final class ObserverSettings {
    /** The port of the page when nothing is said. */
    public static final int DEFAULT_PORT = 7080;

    private static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*");

    private final InetAddress address;
    private final int port;
    private final String basePath;
    private final boolean actions;
    private final Optional<ObserverAuthenticator> authenticator;
    private final Optional<ClusterPart> cluster;

    private ObserverSettings(Builder builder) {
        address = builder.address;
        port = builder.port;
        basePath = builder.basePath;
        actions = builder.actions;
        authenticator = builder.authenticator;
        cluster = builder.cluster;
    }

    /** Port {@value #DEFAULT_PORT} of the loopback interface, read-only, without authentication. */
    public static ObserverSettings defaults() {
        return builder().build();
    }

    /** Settings that begin with those of {@link #defaults()}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Where a server of its own listens. */
    public InetAddress address() {
        return address;
    }

    /** The port that a server of its own listens on, 0 for one that is free. */
    public int port() {
        return port;
    }

    /** What the paths of the page begin with: empty, or a slash and a name, perhaps several. */
    public String basePath() {
        return basePath;
    }

    /** Whether actors can be stopped, killed and restarted from the page. */
    public boolean actions() {
        return actions;
    }

    /** Who may see the page; without it, whoever is on this machine. */
    public Optional<ObserverAuthenticator> authenticator() {
        return authenticator;
    }

    /** The cluster that the page shows. */
    public Optional<ClusterPart> cluster() {
        return cluster;
    }

    /** Builds settings. Not thread-safe. */
    public static final class Builder {
        private InetAddress address = InetAddress.getLoopbackAddress();
        private int port = DEFAULT_PORT;
        private String basePath = "";
        private boolean actions;
        private Optional<ObserverAuthenticator> authenticator = Optional.empty();
        private Optional<ClusterPart> cluster = Optional.empty();

        private Builder() {}

        /** Where a server of its own listens; the loopback interface by default. Another one needs an authenticator. */
        public Builder address(InetAddress address) {
            this.address = Objects.requireNonNull(address, "address: null (expected: an InetAddress)");
            return this;
        }

        /**
         * Where a server of its own listens, as a name or a number.
         *
         * @throws IllegalArgumentException if this machine cannot resolve the name
         */
        public Builder address(String host) {
            try {
                return address(InetAddress.getByName(host));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("address: " + host + " (expected: an address of this machine)", e);
            }
        }

        /** The port that a server of its own listens on, {@value #DEFAULT_PORT} by default; 0 takes one that is free. */
        public Builder port(int port) {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
            }
            this.port = port;
            return this;
        }

        /** What the paths of the page begin with, as {@code /ops/actors}; nothing by default. */
        public Builder basePath(String basePath) {
            if (!BASE_PATH.matcher(basePath).matches()) {
                throw new IllegalArgumentException(
                        "basePath: \"" + basePath + "\" (expected: empty, or as /ops/actors, without a slash at the end)");
            }
            this.basePath = basePath;
            return this;
        }

        /** Lets who sees the page stop, kill and restart actors. Not so by default. */
        public Builder actions(boolean allowed) {
            actions = allowed;
            return this;
        }

        /**
         * Asks for each request whether it may be served. Without it, only requests from this machine are, by a name of the
         * loopback interface, and not through a proxy.
         */
        public Builder authenticator(ObserverAuthenticator authenticator) {
            this.authenticator = Optional.of(authenticator);
            return this;
        }

        /** Shows a cluster: {@code cluster(ObservedCluster.of(cluster))}. */
        public Builder cluster(ClusterPart cluster) {
            this.cluster = Optional.of(cluster);
            return this;
        }

        /** The settings. */
        public ObserverSettings build() {
            return new ObserverSettings(this);
        }
    }
}
