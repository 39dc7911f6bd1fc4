package io.bastion.cluster.remote;

import java.time.Duration;
import java.util.List;

/**
 * How messages to other nodes are sent.
 *
 * @param lanes parallel ways to each node
 * @param window messages to one actor that are under way or wait at its node; one larger than 4 KiB counts as several
 * @param outboxPerActor messages to one actor that wait here
 * @param outboxPerNode messages to all actors of a node that wait here, and replies
 * @param batchBytes how long a batch is, unless one message alone is longer
 * @param batchesInFlight batches of a lane that are under way
 * @param maxMessageBytes how long a message may be
 * @param unreachableAfter how long messages wait for a link
 * @param obeysCommands whether actors here are stopped, drained and killed at the command of other nodes
 * @param contextKeys which entries of a Reactor context travel with a message; keys and values are strings
 */
public record RemoteSettings(
        int lanes,
        int window,
        int outboxPerActor,
        int outboxPerNode,
        int batchBytes,
        int batchesInFlight,
        int maxMessageBytes,
        Duration unreachableAfter,
        boolean obeysCommands,
        List<String> contextKeys) {
    private static final RemoteSettings DEFAULTS = new RemoteSettings(
            4,
            1_024,
            4_096,
            131_072,
            16 * 1024,
            32,
            1024 * 1024,
            Duration.ofSeconds(30),
            true,
            List.of("traceparent", "tracestate", "baggage"));

    public RemoteSettings {
        atLeast("lanes", lanes, 1);
        atLeast("window", window, 2);
        atLeast("outboxPerActor", outboxPerActor, 1);
        atLeast("outboxPerNode", outboxPerNode, outboxPerActor);
        atLeast("batchBytes", batchBytes, 1);
        atLeast("batchesInFlight", batchesInFlight, 1);
        atLeast("maxMessageBytes", maxMessageBytes, 1);
        if (unreachableAfter.isNegative() || unreachableAfter.isZero()) {
            throw new IllegalArgumentException("unreachableAfter: " + unreachableAfter + " (expected: > 0)");
        }
        contextKeys = List.copyOf(contextKeys);
    }

    /** 4 lanes, windows of 1 024, 4 096 waiting messages an actor and 131 072 a node, messages of up to 1 MiB, 30 s without a link. */
    public static RemoteSettings defaults() {
        return DEFAULTS;
    }

    private static void atLeast(String field, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: >= " + least + ")");
        }
    }

    /** The same with other outboxes. */
    public RemoteSettings outbox(int perActor, int perNode) {
        return new RemoteSettings(
                lanes,
                window,
                perActor,
                perNode,
                batchBytes,
                batchesInFlight,
                maxMessageBytes,
                unreachableAfter,
                obeysCommands,
                contextKeys);
    }

    /** The same with another bound of messages. */
    public RemoteSettings maxMessageBytes(int bytes) {
        return new RemoteSettings(
                lanes,
                window,
                outboxPerActor,
                outboxPerNode,
                batchBytes,
                batchesInFlight,
                bytes,
                unreachableAfter,
                obeysCommands,
                contextKeys);
    }

    /** The same with another number of lanes. */
    public RemoteSettings lanes(int number) {
        return new RemoteSettings(
                number,
                window,
                outboxPerActor,
                outboxPerNode,
                batchBytes,
                batchesInFlight,
                maxMessageBytes,
                unreachableAfter,
                obeysCommands,
                contextKeys);
    }

    /** The same with another time without a link. */
    public RemoteSettings unreachableAfter(Duration time) {
        return new RemoteSettings(
                lanes,
                window,
                outboxPerActor,
                outboxPerNode,
                batchBytes,
                batchesInFlight,
                maxMessageBytes,
                time,
                obeysCommands,
                contextKeys);
    }

    /** The same, in which commands of other nodes are obeyed or not. */
    public RemoteSettings obeysCommands(boolean obeys) {
        return new RemoteSettings(
                lanes,
                window,
                outboxPerActor,
                outboxPerNode,
                batchBytes,
                batchesInFlight,
                maxMessageBytes,
                unreachableAfter,
                obeys,
                contextKeys);
    }

    /** The same with other entries of contexts. */
    public RemoteSettings contextKeys(List<String> keys) {
        return new RemoteSettings(
                lanes,
                window,
                outboxPerActor,
                outboxPerNode,
                batchBytes,
                batchesInFlight,
                maxMessageBytes,
                unreachableAfter,
                obeysCommands,
                keys);
    }

    /** What a message of that length takes of a window. */
    int cost(int bytes) {
        return Math.min(window, 1 + bytes / 4096);
    }
}
