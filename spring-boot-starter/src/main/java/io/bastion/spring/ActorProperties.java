package io.bastion.spring;

import io.bastion.actor.ActorSpec;
import io.bastion.actor.Placement;
import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.Overflow;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.InFlight;
import io.bastion.supervision.Restart;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of an actor. A group of them, as that of the mailbox, replaces the whole of what the annotation or the specification says.
 *
 * @param supervisor The supervisor, in the place of the annotation's.
 * @param critical Whether the application is ready to serve only while this actor runs.
 * @param mailbox The mailbox.
 * @param restart What becomes of the actor when an incarnation has ended.
 * @param placement Where it runs.
 * @param stash Messages that may be stashed.
 * @param stopTimeout How long it may take to stop before it is killed.
 */
@ConfigurationPropertiesSource
public record ActorProperties(
        @Nullable String supervisor,
        @DefaultValue("false") boolean critical,
        @Nullable MailboxProperties mailbox,
        @Nullable RestartProperties restart,
        @Nullable PlacementKind placement,
        @Nullable Integer stash,
        @Nullable Duration stopTimeout) {
    static final ActorProperties DEFAULT = new ActorProperties(null, false, null, null, null, null, null);

    /** Where an actor runs. */
    public enum PlacementKind {
        /** On the NUMA node of who starts it. */
        NEAR,
        /** On the NUMA nodes in turn. */
        SPREAD,
        /** On a thread that may block. */
        BLOCKING
    }

    /**
     * A mailbox.
     *
     * @param capacity Messages that may wait.
     * @param overflow What happens to a message that comes to a full mailbox.
     */
    public record MailboxProperties(
            @DefaultValue("65536") int capacity,
            @DefaultValue("backpressure") Overflow overflow) {
        Mailbox mailbox() {
            return Mailbox.bounded(capacity).overflow(overflow);
        }
    }

    /**
     * What becomes of an actor.
     *
     * @param type When there is a new incarnation after one that has ended.
     * @param tries Restarts of this actor that are borne within a window of its own, after which it stays down. No limit but that of the
     *     supervisor when nothing is said.
     * @param within The window of the tries.
     * @param inFlight What becomes of the message whose handling failed.
     * @param retryStart Whether a first start that fails is tried again.
     * @param backoff How long restarts wait. They do not when nothing is said.
     */
    public record RestartProperties(
            @DefaultValue("transient") Restart.Type type,
            @Nullable Integer tries,
            @DefaultValue("5s") Duration within,
            @DefaultValue("drop") InFlight inFlight,
            @DefaultValue("false") boolean retryStart,
            @Nullable BackoffProperties backoff) {
        Restart restart() {
            Restart restart = Restart.of(type).inFlight(inFlight);
            if (tries != null) {
                restart = restart.within(within).tries(tries);
            }
            if (backoff != null) {
                restart = restart.backoff(backoff.backoff());
            }
            return retryStart ? restart.retryStart() : restart;
        }
    }

    /**
     * Waits that grow by a factor.
     *
     * @param min The first wait.
     * @param max The longest wait.
     * @param factor The factor.
     * @param jitter The random part of a wait, from 0 to 1.
     * @param resetAfter How long an incarnation must have run for waits to begin anew. Half of the sum of min and max when nothing is said.
     */
    public record BackoffProperties(
            @DefaultValue("100ms") Duration min,
            @DefaultValue("10s") Duration max,
            @DefaultValue("2") double factor,
            @DefaultValue("0.2") double jitter,
            @Nullable Duration resetAfter) {
        Backoff backoff() {
            Backoff backoff = Backoff.exponential(min, max, factor).jitter(jitter);
            return resetAfter == null ? backoff : backoff.resetAfter(resetAfter);
        }
    }

    /** A specification with these settings. */
    <M> ActorSpec<M> applyTo(ActorSpec<M> given) {
        ActorSpec<M> spec = given;
        if (mailbox != null) {
            spec = spec.mailbox(mailbox.mailbox());
        }
        if (restart != null) {
            spec = spec.restart(restart.restart());
        }
        if (placement != null) {
            spec = spec.placement(
                    switch (placement) {
                        case NEAR -> Placement.near();
                        case SPREAD -> Placement.spread();
                        case BLOCKING -> Placement.blocking();
                    });
        }
        if (stash != null) {
            spec = spec.stash(stash);
        }
        return stopTimeout == null ? spec : spec.stopTimeout(stopTimeout);
    }

    String supervisorOr(String other) {
        return Objects.requireNonNullElse(supervisor, other);
    }
}
