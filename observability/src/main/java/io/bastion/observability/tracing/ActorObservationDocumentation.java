package io.bastion.observability.tracing;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/** What is observed of actors; names follow OpenTelemetry's conventions for messaging, where there is one for it. */
public enum ActorObservationDocumentation implements ObservationDocumentation {
    /** A message is sent, by {@code tell}, {@code send}, {@code feed}, {@code ask} or a distributor: until it is in the mailbox, or on its way to another node. */
    SEND("bastion.actor.send", "send {type}", ActorSendObservationConvention.class) {
        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return new KeyName[] {
                LowCardinalityKeys.SYSTEM,
                LowCardinalityKeys.OPERATION_NAME,
                LowCardinalityKeys.OPERATION_TYPE,
                LowCardinalityKeys.DESTINATION,
                LowCardinalityKeys.RESULT
            };
        }

        @Override
        public KeyName[] getHighCardinalityKeyNames() {
            return new KeyName[] {HighCardinalityKeys.ACTOR_PATH, HighCardinalityKeys.MESSAGE_CLASS};
        }
    },

    /** A message is handled: until its handler has returned, its publisher has ended, or a flow takes it. */
    PROCESS("bastion.actor.process", "process {type}", ActorProcessObservationConvention.class) {
        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return new KeyName[] {
                LowCardinalityKeys.SYSTEM,
                LowCardinalityKeys.OPERATION_NAME,
                LowCardinalityKeys.OPERATION_TYPE,
                LowCardinalityKeys.DESTINATION,
                LowCardinalityKeys.OUTCOME
            };
        }

        @Override
        public KeyName[] getHighCardinalityKeyNames() {
            return new KeyName[] {
                HighCardinalityKeys.ACTOR_PATH, HighCardinalityKeys.INCARNATION, HighCardinalityKeys.MESSAGE_CLASS
            };
        }
    },

    /** An incarnation is undone that another will follow, linked to the trace of the message whose handling failed. */
    RESTART("bastion.actor.restart", "restart {type}", ActorRestartObservationConvention.class) {
        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return new KeyName[] {LowCardinalityKeys.ACTOR_TYPE, LowCardinalityKeys.CAUSE};
        }

        @Override
        public KeyName[] getHighCardinalityKeyNames() {
            return new KeyName[] {HighCardinalityKeys.ACTOR_PATH, HighCardinalityKeys.INCARNATION};
        }
    };

    private final String name;
    private final String contextualName;
    private final Class<? extends ObservationConvention<? extends Observation.Context>> convention;

    ActorObservationDocumentation(
            String name,
            String contextualName,
            Class<? extends ObservationConvention<? extends Observation.Context>> convention) {
        this.name = name;
        this.contextualName = contextualName;
        this.convention = convention;
    }

    /** The name when no convention says another. */
    @Override
    public String getName() {
        return name;
    }

    @Override
    public String getContextualName() {
        return contextualName;
    }

    @Override
    public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
        return convention;
    }

    /** Keys of few values, which meters may have, too. */
    public enum LowCardinalityKeys implements KeyName {
        /** Always {@code bastion}. */
        SYSTEM("messaging.system"),
        /** {@code send} or {@code process}. */
        OPERATION_NAME("messaging.operation.name"),
        /** {@code send} or {@code process}. */
        OPERATION_TYPE("messaging.operation.type"),
        /** The type of the actor that has the message, or is to have it. */
        DESTINATION("messaging.destination.name"),
        /** What became of a message: a {@code TellResult} in lower case; {@code sent} to another node. */
        RESULT("bastion.send.result"),
        /** How its handling has ended: {@code handled}, {@code failed} or {@code cancelled}. */
        OUTCOME("bastion.process.outcome"),
        /** The type of an actor. */
        ACTOR_TYPE("bastion.actor.type"),
        /** The class of the failure; {@code none} without one. */
        CAUSE("bastion.restart.cause");

        private final String key;

        LowCardinalityKeys(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }

    /** Keys of any number of values, which only traces have. */
    public enum HighCardinalityKeys implements KeyName {
        /** The actor's path. */
        ACTOR_PATH("bastion.actor.path"),
        /** The number of its incarnation, from 0; for a restart, of the one that has ended. */
        INCARNATION("bastion.actor.incarnation"),
        /** The class of the message. */
        MESSAGE_CLASS("bastion.message.class");

        private final String key;

        HighCardinalityKeys(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }
}
