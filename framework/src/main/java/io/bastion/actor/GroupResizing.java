package io.bastion.actor;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A group's resizer at work, for one incarnation of the group. Belongs to the group's worker. */
final class GroupResizing {
    private final ActorCell<?> cell;
    private final Resizer.Settings settings;
    private final long stepNanos;
    private final long coolDownNanos;
    private @Nullable ActorTask next;

    /** When the number was last changed; the start of the group is no change. */
    private @Nullable Long changedAt;

    GroupResizing(ActorCell<?> cell, Resizer resizer) {
        this.cell = cell;
        settings = resizer.settings();
        stepNanos = TimeUnit.NANOSECONDS.convert(settings.step());
        coolDownNanos = TimeUnit.NANOSECONDS.convert(settings.coolDown());
    }

    void start() {
        next = new ActorTask(this::step);
        next.startIn(cell, stepNanos);
    }

    void end() {
        if (next != null) {
            next.dispose();
            next = null;
        }
    }

    private void step() {
        start();
        if (cell.phase != LivingCell.Phase.RUNNING) {
            return;
        }
        ResizeDecision.Load load = load();
        long now = cell.timer().nanoTime();
        boolean cooling = changedAt != null && now - changedAt < coolDownNanos;
        int wanted = ResizeDecision.members(settings, load, cooling);
        int members = wanted < load.members() ? shrink(load.members(), wanted) : grow(load.members(), wanted);
        if (members != load.members()) {
            changedAt = now;
            if (cell.system.isObserved()) {
                cell.system.publish(new TreeEvent.Resized(cell, load.members(), members));
            }
        }
    }

    private ResizeDecision.Load load() {
        int members = 0;
        long queued = 0;
        long maxQueued = 0;
        int busy = 0;
        for (ActorCell<?> child = cell.firstChild; child != null; child = child.nextSibling) {
            if (!child.isRetired()) {
                int depth = child.depth();
                members++;
                queued += depth;
                maxQueued = Math.max(maxQueued, depth);
                busy += child.isBusy() ? 1 : 0;
            }
        }
        return new ResizeDecision.Load(members, queued, maxQueued, busy);
    }

    private int grow(int members, int wanted) {
        int n = members;
        for (; n < wanted; n++) {
            try {
                cell.spawnChild(cell.template.supervision().children().get(0).named(freeName()));
            } catch (Throwable t) {
                Report.failure(cell, t, "to add a member; tries again at its next step");
                break;
            }
        }
        return n;
    }

    /** The lowest number that no living member has; perhaps of one that is down, whose place the new one takes. */
    private String freeName() {
        for (int n = 1; ; n++) {
            String name = Integer.toString(n);
            CellSupervision.Listed entry = cell.supervision().listed().get(name);
            if ((entry == null || entry.cell == null)
                    && cell.extension().names().get(name) == null) {
                return name;
            }
        }
    }

    private int shrink(int members, int wanted) {
        int n = members;
        for (ActorCell<?> child = cell.firstChild; child != null && n > wanted; child = child.nextSibling) {
            if (!child.isRetired()) {
                cell.supervision().retire(child);
                n--;
            }
        }
        return n;
    }
}
