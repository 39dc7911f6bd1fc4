package io.bastion.observability.tracing;

import io.bastion.observability.tracing.ActorObservationDocumentation.HighCardinalityKeys;
import io.bastion.observability.tracing.ActorObservationDocumentation.LowCardinalityKeys;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.util.Locale;

/** Names and key values of handled messages. What is not overridden is as {@link ActorObservationDocumentation#PROCESS} says. */
public interface ActorProcessObservationConvention extends ObservationConvention<ActorProcessContext> {
    /** As documented. */
    ActorProcessObservationConvention DEFAULT = new ActorProcessObservationConvention() {};

    @Override
    default String getName() {
        return "bastion.actor.process";
    }

    @Override
    default String getContextualName(ActorProcessContext context) {
        return "process " + context.type();
    }

    @Override
    default KeyValues getLowCardinalityKeyValues(ActorProcessContext context) {
        return KeyValues.of(
                LowCardinalityKeys.SYSTEM.withValue("bastion"),
                LowCardinalityKeys.OPERATION_NAME.withValue("process"),
                LowCardinalityKeys.OPERATION_TYPE.withValue("process"),
                LowCardinalityKeys.DESTINATION.withValue(context.type()),
                LowCardinalityKeys.OUTCOME.withValue(context.outcome().name().toLowerCase(Locale.ROOT)));
    }

    @Override
    default KeyValues getHighCardinalityKeyValues(ActorProcessContext context) {
        return KeyValues.of(
                HighCardinalityKeys.ACTOR_PATH.withValue(context.actor().path()),
                HighCardinalityKeys.INCARNATION.withValue(String.valueOf(context.incarnation())),
                HighCardinalityKeys.MESSAGE_CLASS.withValue(
                        context.message().getClass().getName()));
    }

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof ActorProcessContext;
    }
}
