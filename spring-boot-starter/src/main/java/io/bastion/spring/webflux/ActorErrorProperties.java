package io.bastion.spring.webflux;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How failures of actors are answered over HTTP.
 *
 * @param enabled Whether they have a status of their own, and are not internal server errors.
 * @param overloadStatus The status when a mailbox is full or an interceptor has refused the request, 503 or 429.
 * @param retryAfter What clients are told to wait before they try again, in whole seconds.
 */
@ConfigurationProperties("bastion.webflux.errors")
public record ActorErrorProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("503") int overloadStatus,
        @DefaultValue("1s") Duration retryAfter) {
    public ActorErrorProperties {
        if (overloadStatus != 503 && overloadStatus != 429) {
            throw new IllegalArgumentException("overloadStatus: " + overloadStatus + " (expected: 503 or 429)");
        }
        if (retryAfter.isNegative()) {
            throw new IllegalArgumentException("retryAfter: " + retryAfter + " (expected: >= 0)");
        }
    }
}
