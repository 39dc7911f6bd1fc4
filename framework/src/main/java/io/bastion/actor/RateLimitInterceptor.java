package io.bastion.actor;

import io.github.resilience4j.ratelimiter.RateLimiter;
import java.time.Duration;

/** See {@link Interceptors#rateLimit}. */
final class RateLimitInterceptor implements Interceptor {
    private final RateLimiter limiter;

    RateLimitInterceptor(RateLimiter limiter) {
        Duration timeout = limiter.getRateLimiterConfig().getTimeoutDuration();
        if (!timeout.isZero()) {
            throw new IllegalArgumentException(
                    "limiter: a time-out of " + timeout + " (expected: zero, a sender never waits)");
        }
        this.limiter = limiter;
    }

    @Override
    public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
        // reserves at once or not at all, where acquirePermission would wait if the time-out were changed
        return limiter.reservePermission() == 0 ? next.tell(message) : TellResult.REFUSED;
    }
}
