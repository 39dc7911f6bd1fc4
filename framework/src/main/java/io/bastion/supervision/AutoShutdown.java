package io.bastion.supervision;

/**
 * Whether a supervisor stops itself when significant children have ended by themselves, as in OTP: a transient child that
 * completed, or a temporary one that ended in any way.
 */
public enum AutoShutdown {
    /** It never does; the default. */
    NEVER,
    /** When the first significant child has ended. */
    ANY_SIGNIFICANT,
    /** When the last significant child has ended. */
    ALL_SIGNIFICANT
}
