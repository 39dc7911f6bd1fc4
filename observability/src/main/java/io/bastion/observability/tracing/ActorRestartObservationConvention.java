package io.bastion.observability.tracing;

import io.bastion.observability.tracing.ActorObservationDocumentation.HighCardinalityKeys;
import io.bastion.observability.tracing.ActorObservationDocumentation.LowCardinalityKeys;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/** Names and key values of restarts. What is not overridden is as {@link ActorObservationDocumentation#RESTART} says. */
public interface ActorRestartObservationConvention extends ObservationConvention<ActorRestartContext> {
    /** As documented. */
    ActorRestartObservationConvention DEFAULT = new ActorRestartObservationConvention() {};

    @Override
    default String getName() {
        return "bastion.actor.restart";
    }

    @Override
    default String getContextualName(ActorRestartContext context) {
        return "restart " + context.type();
    }

    @Override
    default KeyValues getLowCardinalityKeyValues(ActorRestartContext context) {
        Throwable failure = context.getError();
        return KeyValues.of(
                LowCardinalityKeys.ACTOR_TYPE.withValue(context.type()),
                LowCardinalityKeys.CAUSE.withValue(
                        failure == null ? "none" : failure.getClass().getName()));
    }

    @Override
    default KeyValues getHighCardinalityKeyValues(ActorRestartContext context) {
        return KeyValues.of(
                HighCardinalityKeys.ACTOR_PATH.withValue(context.actor().path()),
                HighCardinalityKeys.INCARNATION.withValue(String.valueOf(context.incarnation())));
    }

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof ActorRestartContext;
    }
}
