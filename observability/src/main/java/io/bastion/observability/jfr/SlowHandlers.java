package io.bastion.observability.jfr;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.mailbox.MessageNode;
import io.bastion.scheduler.Activity;
import io.bastion.scheduler.Strand;
import io.bastion.scheduler.WorkFrame;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;

/** Looks now and then at what the workers are at, and finds those that have been at it for too long. One thread at a time. */
final class SlowHandlers {
    private final ActorSystem system;
    private final String paths;
    private final long limitNanos;

    /** Messages that were being handled at the last look. */
    private Map<MessageNode, Seen> seen = new IdentityHashMap<>();

    private static final class Seen {
        final ActorRef<?> actor;
        final long since;
        boolean told;

        Seen(ActorRef<?> actor, long since) {
            this.actor = actor;
            this.since = since;
        }
    }

    SlowHandlers(ActorSystem system, Duration limit) {
        this.system = system;
        this.paths = system.root().path() + "/";
        this.limitNanos = limit.toNanos();
    }

    synchronized void look() {
        long now = System.nanoTime();
        Map<MessageNode, Seen> present = new IdentityHashMap<>();
        for (WorkFrame frame : system.scheduler().frames()) {
            Activity activity = frame.activity();
            if (activity instanceof ActorRef<?> actor
                    && frame.work() instanceof MessageNode message
                    && (seen.containsKey(message) || actor.path().startsWith(paths))) {
                Seen before = seen.remove(message);
                Seen s = before == null ? new Seen(actor, now) : before;
                present.put(message, s);
                if (!s.told && now - s.since >= limitNanos) {
                    s.told = true;
                    tell(s, message, now, true, ((Strand) activity).depth());
                }
            }
        }
        seen.forEach((message, s) -> {
            if (s.told) {
                tell(s, message, now, false, 0);
            }
        });
        seen = present;
    }

    private static void tell(Seen s, MessageNode message, long now, boolean running, long queued) {
        Events.SlowHandler event = new Events.SlowHandler();
        event.actor = s.actor.path();
        event.type = ActorSystem.typeOf(s.actor);
        event.message = message.message().getClass().getName();
        event.elapsed = now - s.since;
        event.running = running;
        event.queued = queued;
        event.commit();
    }
}
