package io.bastion.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which setting of actors is wrong. */
final class InvalidSettingFailureAnalyzer extends AbstractFailureAnalyzer<InvalidSettingException> {
    @Override
    protected FailureAnalysis analyze(Throwable root, InvalidSettingException cause) {
        return new FailureAnalysis(
                "A setting of actors is not valid:\n\n    " + cause.getMessage(),
                "Change '" + cause.setting() + "' to what is expected.",
                cause);
    }
}
