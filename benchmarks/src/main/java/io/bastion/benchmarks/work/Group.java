package io.bastion.benchmarks.work;

/** Workloads that are shown in one table. */
public enum Group {
    /** Actors and messages, against other systems. */
    MESSAGES("Messages"),
    /** Failures, restarts and trees. */
    SUPERVISION("Supervision"),
    /** Heap of a living actor, against other systems. */
    HEAP("Heap"),
    /** Flows and bounds, which only ours has. */
    FLOWS("Flows and bounds"),
    /** Actors as parts of Reactor's streams, against the same without an actor. */
    STREAMS("Streams"),
    /** Asks as a stage of a stream, against other systems. */
    ASKS_IN_STREAMS("Asks in streams"),
    /** Reactor schedulers. */
    SCHEDULERS("Reactor schedulers"),
    /** Timers. */
    TIMERS("Timers"),
    /** Reading and writing files. */
    FILES("Files"),
    /** Messages to actors of another node. */
    CLUSTER("Cluster");

    private final String title;

    Group(String title) {
        this.title = title;
    }

    /** The heading of the table. */
    public String title() {
        return title;
    }
}
