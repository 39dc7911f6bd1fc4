package io.bastion.observability.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** The events, as they stand in a recording. */
final class Events {
    private Events() {}

    /** What all that happen to an actor have. */
    @Category("Bastion")
    @StackTrace(false)
    abstract static class OfActor extends Event {
        @Label("Actor")
        String actor = "";

        @Label("Type")
        String type = "";
    }

    @Name("bastion.Restart")
    @Label("Restart")
    @Description("There will be a new incarnation of an actor")
    static final class Restart extends OfActor {
        @Label("Strategy")
        String strategy = "";

        @Label("Cause")
        @Nullable String cause;

        @Label("Message of the cause")
        @Nullable String message;

        @Label("Back-off")
        @Timespan
        long backoff;
    }

    @Name("bastion.GaveUp")
    @Label("Supervisor gave up")
    @Description("A supervisor has used up its budget, or passes a failure on")
    static final class GaveUp extends OfActor {
        @Label("Origin")
        @Description("The actor that failed")
        String origin = "";

        @Label("Cause")
        String cause = "";
    }

    @Name("bastion.DroppedMessage")
    @Label("Dropped message")
    @Description("A message that no actor will handle")
    static final class DroppedMessage extends OfActor {
        @Label("Message class")
        String message = "";

        @Label("Reason")
        String reason = "";
    }

    @Name("bastion.SlowHandler")
    @Label("Slow handler")
    @Description("A handler holds its worker up; looked for once a period")
    @Period("50 ms")
    static final class SlowHandler extends OfActor {
        @Label("Message class")
        String message = "";

        @Label("Elapsed")
        @Timespan
        long elapsed;

        @Label("Running")
        @Description("Whether the handler has not returned yet")
        boolean running;

        @Label("Queued")
        @Description("Messages that wait behind it")
        long queued;
    }

    @Name("bastion.MailboxStall")
    @Label("Mailbox stall")
    @Description("An actor has messages, and has taken none for a period")
    @Period("10 s")
    static final class MailboxStall extends OfActor {
        @Label("Queued")
        @Description("Messages that wait")
        long queued;
    }

    @Name("bastion.Steal")
    @Label("Steal")
    @Category("Bastion")
    @StackTrace(false)
    @Description("An idle worker has fetched work from another one")
    static final class Steal extends Event {
        @Label("Thief")
        @Description("NUMA node of the worker that has it now")
        int thief;

        @Label("Victim")
        @Description("NUMA node of the worker that had it")
        int victim;
    }
}
