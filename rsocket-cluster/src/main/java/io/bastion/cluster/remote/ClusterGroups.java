package io.bastion.cluster.remote;

import io.bastion.actor.ActorRef;
import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.remote.NodeMessage.Change;
import io.bastion.cluster.remote.NodeMessage.Joined;
import io.bastion.cluster.remote.NodeMessage.Left;
import io.bastion.cluster.remote.NodeMessage.Members;
import java.util.ArrayList;
import java.util.HashMap;
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

    /** Members by node, group and number; guarded by this object, under which is sent, too, so that others hear of changes in order. */
    private final Map<NodeId, Map<String, Map<Long, ActorRef<?>>>> members = new LinkedHashMap<>();

    private final Set<NodeId> others = new LinkedHashSet<>();

    /** Copies for reading, made when they are asked for. */
    private final ConcurrentMap<String, List<ActorRef<?>>> lists = new ConcurrentHashMap<>();

    /** Of the members here, by group. */
    private final Map<String, Map<ActorRef<?>, Long>> numbers = new HashMap<>();

    private long lastNumber;

    private boolean closed;

    ClusterGroups(Remoting remoting, NodeActors actors) {
        this.remoting = remoting;
        this.actors = actors;
    }

    void join(String group, ActorRef<?> member) {
        if (added(group, member)) {
            member.whenTerminated().subscribe(reason -> leave(group, member), e -> leave(group, member));
        }
    }

    private synchronized boolean added(String group, ActorRef<?> member) {
        Map<ActorRef<?>, Long> known = numbers.computeIfAbsent(group, g -> new HashMap<>());
        if (closed || known.containsKey(member)) {
            return false;
        }
        known.put(member, ++lastNumber);
        changeHere(new Joined(group, lastNumber, member));
        return true;
    }

    synchronized void leave(String group, ActorRef<?> member) {
        Map<ActorRef<?>, Long> known = numbers.get(group);
        Long number = known == null ? null : known.remove(member);
        if (number != null) {
            changeHere(new Left(group, number));
        }
    }

    private void changeHere(Change change) {
        change(remoting.self(), change);
        others.forEach(other -> say(other, new Members(remoting.self(), false, List.of(change))));
    }

    private void change(NodeId node, Change change) {
        Map<Long, ActorRef<?>> ofGroup = members.computeIfAbsent(node, n -> new LinkedHashMap<>())
                .computeIfAbsent(change.group(), g -> new LinkedHashMap<>());
        if (change instanceof Joined joined) {
            ofGroup.put(joined.number(), joined.member());
        } else {
            ofGroup.remove(change.number());
        }
        lists.remove(change.group());
    }

    private void say(NodeId node, Members message) {
        actors.of(node).send(message).subscribe();
    }

    /** A link begins: that node hears of all members here. */
    synchronized void linked(NodeId node) {
        if (closed || remoting.isLost(node)) { // the link was on its way when it was
            return;
        }
        others.add(node);
        List<Change> all = new ArrayList<>();
        members.getOrDefault(remoting.self(), Map.of())
                .forEach((group, refs) -> refs.forEach((number, member) -> all.add(new Joined(group, number, member))));
        say(node, new Members(remoting.self(), true, all));
    }

    synchronized void lost(NodeId node) {
        others.remove(node);
        forget(node);
    }

    private void forget(NodeId node) {
        Map<String, Map<Long, ActorRef<?>>> gone = members.remove(node);
        if (gone != null) {
            gone.keySet().forEach(lists::remove);
        }
    }

    synchronized void heard(Members message) {
        if (closed || remoting.isLost(message.from())) { // and forgotten
            return;
        }
        if (message.whole()) {
            forget(message.from());
        }
        message.changes().forEach(change -> change(message.from(), change));
    }

    synchronized void close() {
        closed = true;
        members.clear();
        numbers.clear();
        others.clear();
        lists.clear();
    }

    /** The members of a group, those of this node first. */
    List<ActorRef<?>> members(String group) {
        List<ActorRef<?>> list = lists.get(group);
        return list != null ? list : listed(group);
    }

    private synchronized List<ActorRef<?>> listed(String group) {
        List<ActorRef<?>> all = new ArrayList<>(local(group).values());
        members.forEach((node, groups) -> {
            if (!node.equals(remoting.self())) {
                all.addAll(groups.getOrDefault(group, Map.of()).values());
            }
        });
        List<ActorRef<?>> list = List.copyOf(all);
        lists.put(group, list);
        return list;
    }

    private Map<Long, ActorRef<?>> local(String group) {
        return members.getOrDefault(remoting.self(), Map.of()).getOrDefault(group, Map.of());
    }
}
