package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import org.jspecify.annotations.Nullable;

/** What the life of a cell means for groups: for the group that it is, and for the group that it is a member of. */
final class Membership {
    private Membership() {}

    /** The group that a cell is, once that has begun to start. */
    private static @Nullable LivingGroup groupOf(@Nullable ActorCell<?> cell) {
        return cell == null || cell.template.supervision().group() == null ? null : cell.extension().group;
    }

    /**
     * A cell begins to start: makes it known by its name, if it is a group.
     *
     * @throws IllegalArgumentException if another group has the name
     */
    static void starting(ActorCell<?> cell) {
        GroupSettings settings = cell.template.supervision().group();
        if (settings != null) {
            LivingGroup before = cell.extension().group;
            LivingGroup group = before == null ? new LivingGroup(cell, settings) : before;
            cell.system.groups().register(group);
            cell.extension().group = group;
        }
    }

    /** A cell has been started: it is a member from now on, and a group begins to resize itself. */
    static void started(ActorCell<?> cell) {
        LivingGroup group = groupOf(cell.parent);
        if (group != null) {
            group.join(cell);
        }
        GroupSettings settings = cell.template.supervision().group();
        if (settings != null && settings.resizer() != null) {
            GroupResizing resizing = new GroupResizing(cell, settings.resizer());
            cell.extension().resizing = resizing;
            resizing.start();
        }
    }

    /** A cell ends for good, or is about to: it is no member any more. Any thread. */
    static void ending(ActorCell<?> cell) {
        LivingGroup group = groupOf(cell.parent);
        if (group != null) {
            group.leave(cell);
        }
    }

    /** The children of a cell are about to be stopped. */
    static void stoppingChildren(ActorCell<?> cell) {
        LivingGroup group = groupOf(cell);
        if (group != null) {
            group.leaveAll();
            GroupResizing resizing = cell.extension().resizing;
            if (resizing != null) {
                resizing.end();
                cell.extension().resizing = null;
            }
        }
    }

    /** A cell has terminated: its name is free. */
    static void closed(ActorCell<?> cell) {
        LivingGroup group = groupOf(cell);
        if (group != null) {
            cell.system.groups().unregister(group);
        }
    }

    /**
     * Gives a message back that a member does not get to because it was removed from its group: one that may go to any member
     * goes to another, and who asks is told to ask again. Any thread.
     *
     * @return whether the message has left the member, as if it had never been in its mailbox
     */
    static boolean handedOn(ActorCell<?> member, MessageNode node) {
        if (!member.isRetired()) {
            return false;
        }
        if (node instanceof AskNode ask) {
            member.askRejected();
            ask.ask().fail(new ActorTerminatedException(member, ActorTerminatedException.Progress.NOT_ACCEPTED));
            return true;
        }
        LivingGroup group = groupOf(member.parent);
        return node instanceof RoutedNode routed && group != null && group.handOn(routed);
    }
}
