package io.bastion.actor;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Where an incarnation failed, as a suppressed exception of the failure: the actor, what it was at, and who had sent that. It
 * has no stack trace.
 *
 * <p>The text is made when somebody reads it, which nobody does who only restarts; from then on it keeps no actor reachable.
 */
final class ActorCheckpoint extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private transient @Nullable Place place;

    /** Made of the place; guarded by this. */
    private @Nullable String text;

    /**
     * @param work what the actor was at, after its path
     * @param type of the message, if it was one
     */
    private record Place(
            ActorRef<?> actor,
            int incarnation,
            String work,
            @Nullable Class<?> type,
            @Nullable ActorRef<?> sender) {
        String text() {
            StringBuilder text = new StringBuilder("at ")
                    .append(actor.path())
                    .append(" (incarnation ")
                    .append(incarnation)
                    .append(") ")
                    .append(work);
            if (type != null) {
                text.append(type.getTypeName());
            }
            if (sender != null) {
                text.append(" from ").append(sender.path());
            }
            return text.toString();
        }
    }

    private ActorCheckpoint(Place place) {
        super(null, null, false, false);
        this.place = place;
    }

    /** Adds to a failure that it happened at a message. */
    static void handling(WorkingCell<?> cell, Object message, @Nullable ActorRef<?> sender, Throwable failure) {
        add(cell, "handling ", message.getClass(), sender, failure);
    }

    /** Adds to a failure what the actor was at, if no message. */
    static void in(WorkingCell<?> cell, String work, Throwable failure) {
        add(cell, work, null, null, failure);
    }

    /**
     * Once for each failure: one that travels on has happened where it happened first, and one that is a constant must not
     * grow. Those of the JVM stay as they are.
     */
    private static void add(
            WorkingCell<?> cell,
            String work,
            @Nullable Class<?> type,
            @Nullable ActorRef<?> sender,
            Throwable failure) {
        if (failure instanceof VirtualMachineError) {
            return;
        }
        try {
            synchronized (failure) { // as addSuppressed does
                for (Throwable suppressed : failure.getSuppressed()) {
                    if (suppressed instanceof ActorCheckpoint) {
                        return;
                    }
                }
                failure.addSuppressed(
                        new ActorCheckpoint(new Place(cell.cell(), cell.incarnationNumber(), work, type, sender)));
            }
        } catch (Throwable t) {
            // a class of a user's may do as it likes; the failure counts
        }
    }

    @Override
    public String getMessage() {
        synchronized (this) {
            Place known = place;
            if (known != null) {
                text = known.text();
                place = null;
            }
            return String.valueOf(text);
        }
    }

    /** The text is what is written. */
    @Serial
    private void writeObject(ObjectOutputStream out) throws IOException {
        text = getMessage();
        out.defaultWriteObject();
    }
}
