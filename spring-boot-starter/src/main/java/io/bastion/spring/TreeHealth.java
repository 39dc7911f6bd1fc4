package io.bastion.spring;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.TerminationReason;
import io.bastion.actor.TreeEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which actors do not run as they should. Follows the events of the tree, so that it holds the troubled ones only and asks none of
 * the others, however many there are. Thread-safe.
 */
public final class TreeHealth {
    private final BeanActors actors;

    /** By path: whoever is started in the place of an actor ends its trouble. */
    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();

    private volatile @Nullable Throwable failure;
    private volatile boolean terminated;

    /**
     * What is wrong with an actor.
     *
     * @param path where it stands
     * @param state what has become of it
     * @param cause its failure, in words; empty if there was none
     */
    public record Trouble(String path, State state, String cause) {}

    /** What has become of an actor. */
    public enum State {
        /** There will be a new incarnation. */
        RESTARTING,
        /** It has failed, and stays down. */
        DOWN
    }

    TreeHealth(ActorSystem system, BeanActors actors) {
        this.actors = actors;
        system.events().subscribe(this::note, e -> {});
        system.whenTerminated().subscribe(nothing -> {}, this::terminated, () -> terminated(null));
    }

    private void terminated(@Nullable Throwable cause) {
        failure = cause;
        terminated = true;
        troubles.clear();
    }

    private void note(TreeEvent event) {
        String path = event.actor().path();
        if (event instanceof TreeEvent.Restarting restarting) {
            endedBelow(path);
            put(path, State.RESTARTING, restarting.cause());
        } else if (event instanceof TreeEvent.TriesSpent spent) {
            put(path, State.DOWN, spent.cause());
        } else if (event instanceof TreeEvent.GaveUp gaveUp) {
            put(path, State.DOWN, gaveUp.cause());
        } else if (event instanceof TreeEvent.Stopped stopped) {
            endedBelow(path);
            if (stopped.reason() instanceof TerminationReason.Failed failed && isListed(path)) {
                put(path, State.DOWN, failed.cause());
            } else {
                troubles.remove(path);
            }
        } else if (event instanceof TreeEvent.Started
                || event instanceof TreeEvent.Restarted
                || event instanceof TreeEvent.Resumed
                || event instanceof TreeEvent.Removed) {
            troubles.remove(path);
        }
    }

    /** Nobody lists any more what was down below an actor whose children have all ended. */
    private void endedBelow(String path) {
        if (!troubles.isEmpty()) {
            troubles.keySet().removeIf(below -> below.startsWith(path + '/'));
        }
    }

    /** Of one without a name nobody knows when it has ended. */
    private static boolean isListed(String path) {
        return path.charAt(path.lastIndexOf('/') + 1) != '$';
    }

    private void put(String path, State state, @Nullable Throwable cause) {
        troubles.put(path, new Trouble(path, state, cause == null ? "" : cause.toString()));
    }

    /** Whether the system has ended. */
    public boolean isTerminated() {
        return terminated;
    }

    /** Why the top of the tree gave up; empty if it did not. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** The actors that do not run as they should, in no order. */
    public List<Trouble> troubles() {
        return List.copyOf(troubles.values());
    }

    /** The names of the critical actors that do not run, in no order; see {@code bastion.actors.<name>.critical}. */
    public List<String> missing() {
        return actors.critical().entrySet().stream()
                .filter(critical -> !runs(critical.getValue().actor()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private boolean runs(@Nullable ActorRef<?> actor) {
        if (actor == null || troubles.containsKey(actor.path())) {
            return false;
        }
        CompletableFuture<?> end = actor.whenTerminated().toFuture();
        return end.cancel(true); // not if it is there already
    }
}
