package io.bastion.examples.twins;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.examples.twins.DevicesMessage.Find;
import io.bastion.examples.twins.DevicesMessage.Gone;
import io.bastion.examples.twins.DevicesMessage.Release;
import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The parent of all devices: starts the actor of a device when it is first needed, and again when it is needed after it has left.
 *
 * <p>A device leaves when its parent says so, and not by itself: what has been sent to it by then is handled, and who wants it
 * meanwhile waits here until it has ended and can be started anew.
 */
final class Devices implements Behavior.Receive<DevicesMessage> {
    private final Targets targets;
    private final TwinsProperties properties;
    private final Map<DeviceId, ActorRef<DeviceMessage>> present = new HashMap<>();
    private final Set<DeviceId> leaving = new HashSet<>();

    private Devices(Targets targets, TwinsProperties properties) {
        this.targets = targets;
        this.properties = properties;
    }

    /** That devices fail is no failure of their parent, however many do: each waits longer and longer before it comes back. */
    static ActorSpec<DevicesMessage> spec(Targets targets, TwinsProperties properties) {
        return ActorSpec.of("devices", () -> new Devices(targets, properties))
                .supervision(Strategy.ONE_FOR_ONE, Budget.unlimited());
    }

    @Override
    public void receive(ActorContext<DevicesMessage> context, DevicesMessage message) {
        if (message instanceof Find find) {
            find(context, find);
        } else if (message instanceof Release release) {
            ActorRef<DeviceMessage> device = present.get(release.id());
            if (device != null && leaving.add(release.id())) {
                device.drain();
            }
        } else if (message instanceof Gone gone) {
            present.remove(gone.id());
            leaving.remove(gone.id());
            context.stash().unstashAll();
        }
    }

    private void find(ActorContext<DevicesMessage> context, Find find) {
        if (!leaving.contains(find.id())) {
            find.replyTo().tell(present.computeIfAbsent(find.id(), id -> start(context, id)));
        } else if (context.stash().size() < ActorSpec.DEFAULT_STASH) {
            context.stash().add();
        } // else whoever asks gets no reply in time
    }

    private ActorRef<DeviceMessage> start(ActorContext<DevicesMessage> context, DeviceId id) {
        Followers followers = new Followers();
        ActorSpec<DeviceMessage> spec = ActorSpec.of(
                id.value(),
                device -> new Device(device, id, targets, followers, context.self(), properties.idleAfter()));
        ActorRef<DeviceMessage> device = context.spawn(spec.mailbox(Mailbox.bounded(properties.mailbox()))
                .restart(Restart.transientOnFailure()
                        .backoff(Backoff.exponential(properties.minBackoff(), properties.maxBackoff()))));
        context.watchWith(device, new Gone(id));
        return device;
    }
}
