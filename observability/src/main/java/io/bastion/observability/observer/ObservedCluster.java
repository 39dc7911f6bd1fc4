package io.bastion.observability.observer;

import io.bastion.cluster.Cluster;
import io.bastion.cluster.ClusterEvent;
import io.bastion.cluster.Member;
import io.bastion.cluster.Traffic;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.Disposable;
import reactor.util.retry.Retry;
import tools.jackson.core.JsonGenerator;

/** The page's part about a cluster. Needs the cluster's module, which nothing else of the page does. */
public final class ObservedCluster extends ClusterPart {
    private final Cluster cluster;

    /** Members that are not heard, by their uid. */
    private final Set<Long> unreachable = ConcurrentHashMap.newKeySet();

    private final Disposable subscription;

    private ObservedCluster(Cluster cluster) {
        this.cluster = cluster;
        subscription = cluster.events()
                .doOnSubscribe(s -> unreachable.clear())
                .retryWhen(Retry.indefinitely()) // of one that was too many events behind: it begins anew with the members
                .subscribe(this::follow, e -> {});
    }

    /** For {@link ObserverSettings.Builder#cluster}; it follows the cluster until it is disposed, which the page does. */
    public static ClusterPart of(Cluster cluster) {
        return new ObservedCluster(cluster);
    }

    private void follow(ClusterEvent event) {
        if (event instanceof ClusterEvent.MemberUnreachable gone) {
            unreachable.add(gone.member().uid());
        } else if (event instanceof ClusterEvent.MemberReachable back) {
            unreachable.remove(back.member().uid());
        } else if (event instanceof ClusterEvent.MemberRemoved removed) {
            unreachable.remove(removed.member().uid());
        }
    }

    @Override
    void write(JsonGenerator json) {
        json.writeBooleanProperty("quorum", cluster.hasQuorum());
        long self = cluster.self().uid();
        json.writeArrayPropertyStart("members");
        for (Member member : cluster.members()) {
            json.writeStartObject();
            json.writeStringProperty("name", member.name());
            json.writeStringProperty("address", member.address());
            json.writeStringProperty("uid", Long.toUnsignedString(member.uid(), 36));
            json.writeStringProperty("roles", String.join(", ", member.roles()));
            json.writeBooleanProperty("self", member.uid() == self);
            json.writeBooleanProperty("reachable", !unreachable.contains(member.uid()));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("links");
        cluster.traffic().forEach(traffic -> write(traffic, json));
        json.writeEndArray();
    }

    private static void write(Traffic traffic, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("address", traffic.address());
        json.writeStringProperty("uid", Long.toUnsignedString(traffic.uid(), 36));
        json.writeBooleanProperty("linked", traffic.linked());
        json.writeNumberProperty("written", traffic.written());
        json.writeNumberProperty("received", traffic.received());
        json.writeNumberProperty("waiting", traffic.waiting());
        json.writeNumberProperty("refused", traffic.refused());
        json.writeNumberProperty("mayBeLost", traffic.mayBeLost());
        json.writeNumberProperty("deadLettered", traffic.deadLettered());
        json.writeEndObject();
    }

    @Override
    public void dispose() {
        subscription.dispose();
    }
}
