package io.bastion.bridge;

/**
 * A pipeline was stopped from outside before its publisher had completed: with the system or the supervisor that it belongs to, or as an
 * actor. A pipeline that gives up ends with the failure itself.
 */
public final class PipelineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String name;

    PipelineException(String name) {
        super("pipeline: " + name + " was stopped (expected: an end of its own)");
        this.name = name;
    }

    /** The name of the pipeline. */
    public String name() {
        return name;
    }
}
