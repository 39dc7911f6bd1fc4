package io.bastion.spring;

import io.bastion.actor.ActorStartException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which actor could not be started, and why, where Spring says which bean could not be. */
final class ActorStartFailureAnalyzer extends AbstractFailureAnalyzer<ActorStartException> {
    @Override
    protected FailureAnalysis analyze(Throwable root, ActorStartException cause) {
        Throwable first = cause;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        String message = String.valueOf(cause.getMessage());
        String actor = message.split(" not started", 2)[0]; // "actor: " and the path
        return new FailureAnalysis(
                "The application needs all of its actors, and one could not be started:\n\n    " + actor + "\n    "
                        + first,
                "Correct what its constructor or a dependency of it fails of; or let its start be tried again, with the property"
                        + " bastion.actors.<name>.restart.retry-start=true or ActorSpec.restart(Restart….retryStart()).",
                cause);
    }
}
