package io.bastion.cluster.membership;

import io.bastion.cluster.link.Links;
import io.scalecube.cluster.Cluster;
import io.scalecube.cluster.ClusterConfig;
import io.scalecube.cluster.ClusterImpl;
import io.scalecube.cluster.ClusterMessageHandler;
import io.scalecube.cluster.Member;
import io.scalecube.cluster.membership.MembershipEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** scalecube's SWIM over the links. */
final class ScalecubeEngine implements Engine {
    private static final Logger log = LoggerFactory.getLogger(ScalecubeEngine.class);

    /** How long its description may take to come from a member that is just found. */
    private static final int PINGS_FOR_METADATA = 6;

    private final Peer self;
    private final Timings timings;
    private final EngineTransport transport;
    private @Nullable Cluster cluster;

    ScalecubeEngine(Links links, Peer self, Timings timings) {
        this.self = self;
        this.timings = timings;
        transport = new EngineTransport(links);
        links.addListener(transport);
    }

    @Override
    public Mono<Void> start(Listener listener) {
        ClusterImpl impl = new ClusterImpl(config()).handler(cluster -> new ClusterMessageHandler() {
            @Override
            public void onMembershipEvent(MembershipEvent event) {
                try {
                    tell(listener, event);
                } catch (IOException | RuntimeException e) { // would end the subscription
                    log.warn("{} says what cannot be understood: {}", event.member(), e.toString());
                }
            }
        });
        cluster = impl;
        return impl.start().then();
    }

    private ClusterConfig config() {
        int ping = millis(timings.ping());
        return ClusterConfig.defaultLanConfig()
                .memberId(EngineCodec.id(self.node()))
                .memberAlias(self.name())
                .metadata(self.name())
                .metadataCodec(new PeerCodec(self))
                .metadataTimeout(PINGS_FOR_METADATA * ping)
                .transport(config -> config.transportFactory(ignored -> transport))
                .failureDetector(config -> config.pingInterval(ping).pingTimeout(millis(timings.pingTimeout())))
                .gossip(config -> config.gossipInterval(Math.max(1, ping * 2 / 5)))
                .membership(config -> config.suspicionMult(timings.suspicion()).syncInterval(millis(timings.sync())));
    }

    private static int millis(Duration duration) {
        return (int) Math.max(1, duration.toMillis());
    }

    private static void tell(Listener listener, MembershipEvent event) throws IOException {
        Member member = event.member();
        if (event.isAdded()) {
            ByteBuffer description = event.newMetadata();
            if (description != null) { // else it is leaving already
                listener.found(PeerCodec.read(EngineCodec.node(member), description));
            }
        } else if (event.isRemoved()) {
            listener.gone(EngineCodec.node(member).uid());
        }
    }

    @Override
    public void introduce(String address) {
        /*
         * scalecube exchanges lists with its seeds, which it takes once, and with members. So the other one is asked for its
         * list in scalecube's name; and scalecube is made to believe that the other one has asked for ours. Unasked answers
         * are taken as well as others.
         */
        transport
                .send(address, EngineCodec.emptySync(self.node().address()))
                .subscribe(null, e -> log.debug("{}", e.toString()));
        transport.inject(EngineCodec.emptySync(address));
    }

    @Override
    public void stop() {
        transport.mute();
        Cluster running = cluster;
        if (running != null) {
            running.shutdown(); // tries to tell the others for a second or two, in vain
        }
    }
}
