package io.bastion.cluster.remote;

import io.bastion.actor.ActorRef;
import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.remote.NodeMessage.Change;
import io.bastion.cluster.remote.NodeMessage.Members;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Who is a member of which group, over all nodes. Each node says to each other, when there is a link, who is one at it, and then who
 * joins and leaves; what is lost with a link is said again with the next. Thread-safe.
 */
final class ClusterGroups {
    private final Remoting remoting;
    private final NodeActors actors;

    /** Members by node and group; guarded by this object, under which is sent, too, so that others hear of changes in order. */
    private final Map<NodeId, Map<String, Set<ActorRef<?>>>> members = new LinkedHashMap<>();

    private final Set<NodeId> others = new LinkedHashSet<>();

    /** Copies for reading, made when they are asked for. */
    private final ConcurrentMap<String, List<ActorRef<?>>> lists = new ConcurrentHashMap<>();

    private boolean closed;

    ClusterGroups(Remoting remoting, NodeActors actors) {
        this.remoting = remoting;
        this.actors = actors;
    }

    void join(String group, ActorRef<?> member) {
        if (change(remoting.self(), new Change(group, member, true), true)) {
            member.whenTerminated().subscribe(reason -> leave(group, member), e -> leave(group, member));
        }
    }

    void leave(String group, ActorRef<?> member) {
        change(remoting.self(), new Change(group, member, false), true);
    }

    private synchronized boolean change(NodeId node, Change change, boolean own) {
        if (closed) {
            return false;
        }
        Set<ActorRef<?>> ofGroup = members.computeIfAbsent(node, n -> new LinkedHashMap<>())
                .computeIfAbsent(change.group(), g -> new LinkedHashSet<>());
        boolean changed = change.joined() ? ofGroup.add(change.member()) : ofGroup.remove(change.member());
        if (changed) {
            lists.remove(change.group());
            if (own) {
                others.forEach(other -> say(other, new Members(node, false, List.of(change))));
            }
        }
        return changed;
    }

    private void say(NodeId node, Members message) {
        actors.of(node).send(message).subscribe();
    }

    /** A link begins: that node hears of all members here. */
    synchronized void linked(NodeId node) {
        if (closed) {
            return;
        }
        others.add(node);
        List<Change> all = new ArrayList<>();
        members.getOrDefault(remoting.self(), Map.of())
                .forEach((group, refs) -> refs.forEach(member -> all.add(new Change(group, member, true))));
        say(node, new Members(remoting.self(), true, all));
    }

    synchronized void lost(NodeId node) {
        others.remove(node);
        forget(node);
    }

    private void forget(NodeId node) {
        Map<String, Set<ActorRef<?>>> gone = members.remove(node);
        if (gone != null) {
            gone.keySet().forEach(lists::remove);
        }
    }

    synchronized void heard(Members message) {
        if (remoting.isLost(message.from())) { // and forgotten
            return;
        }
        if (message.whole()) {
            forget(message.from());
        }
        message.changes().forEach(change -> change(message.from(), change, false));
    }

    synchronized void close() {
        closed = true;
        members.clear();
        others.clear();
        lists.clear();
    }

    /** The members of a group, those of this node first. */
    List<ActorRef<?>> members(String group) {
        List<ActorRef<?>> list = lists.get(group);
        return list != null ? list : listed(group);
    }

    private synchronized List<ActorRef<?>> listed(String group) {
        List<ActorRef<?>> all = new ArrayList<>(local(group));
        members.forEach((node, groups) -> {
            if (!node.equals(remoting.self())) {
                all.addAll(groups.getOrDefault(group, Set.of()));
            }
        });
        List<ActorRef<?>> list = List.copyOf(all);
        lists.put(group, list);
        return list;
    }

    private Set<ActorRef<?>> local(String group) {
        return members.getOrDefault(remoting.self(), Map.of()).getOrDefault(group, Set.of());
    }
}
