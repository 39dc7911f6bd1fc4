package io.bastion.observability.tracing;

import io.bastion.observability.tracing.ActorObservationDocumentation.HighCardinalityKeys;
import io.bastion.observability.tracing.ActorObservationDocumentation.LowCardinalityKeys;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/** Names and key values of sent messages. What is not overridden is as {@link ActorObservationDocumentation#SEND} says. */
public interface ActorSendObservationConvention extends ObservationConvention<ActorSendContext> {
    /** As documented. */
    ActorSendObservationConvention DEFAULT = new ActorSendObservationConvention() {};

    @Override
    default String getName() {
        return "bastion.actor.send";
    }

    @Override
    default String getContextualName(ActorSendContext context) {
        return "send " + context.type();
    }

    @Override
    default KeyValues getLowCardinalityKeyValues(ActorSendContext context) {
        return KeyValues.of(
                LowCardinalityKeys.SYSTEM.withValue("bastion"),
                LowCardinalityKeys.OPERATION_NAME.withValue("send"),
                LowCardinalityKeys.OPERATION_TYPE.withValue("send"),
                LowCardinalityKeys.DESTINATION.withValue(context.type()),
                LowCardinalityKeys.RESULT.withValue(context.result()));
    }

    @Override
    default KeyValues getHighCardinalityKeyValues(ActorSendContext context) {
        return KeyValues.of(
                HighCardinalityKeys.ACTOR_PATH.withValue(context.target().path()),
                HighCardinalityKeys.MESSAGE_CLASS.withValue(
                        context.message().getClass().getName()));
    }

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof ActorSendContext;
    }
}
