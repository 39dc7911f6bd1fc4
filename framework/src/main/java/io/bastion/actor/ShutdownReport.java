package io.bastion.actor;

import java.time.Duration;
import java.util.List;

/**
 * How a system has ended.
 *
 * @param late who had to be killed, in the order in which they were
 */
public record ShutdownReport(List<Late> late) {
    /**
     * An actor that did not stop in time.
     *
     * @param actor which
     * @param waited the time that it had
     */
    public record Late(ActorRef<?> actor, Duration waited) {}
}
