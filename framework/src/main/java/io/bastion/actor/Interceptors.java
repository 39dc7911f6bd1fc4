package io.bastion.actor;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Interceptors that are there to use. All are thread-safe and may be around any number of actors, which then share what
 * they count.
 *
 * <p>{@link #rateLimit} and {@link #circuitBreaker} need the resilience4j module of that name, which the framework does not bring along.
 */
public final class Interceptors {
    private Interceptors() {}

    /**
     * Logs each message when it is sent and when it is done, with the time that took, and each signal; the type of messages, not their
     * content. An appender that throws changes nothing.
     */
    public static Interceptor logging(Logger logger, Level level) {
        return new LoggingInterceptor(
                Objects.requireNonNull(logger, "logger: null (expected: a Logger)"),
                Objects.requireNonNull(level, "level: null (expected: a Level)"));
    }

    /**
     * Notes which actor has sent a message, in its context: the trace of a failure says so then, and a {@link DeadLetter}. It costs
     * some 56 bytes a message. A request of an {@code ask} from within a publisher that an actor returned has that without it.
     */
    public static Interceptor traceSenders() {
        return SenderTracing.INSTANCE;
    }

    /**
     * Refuses messages that the limiter has no permission for. Only sending is limited, not what is in the mailbox.
     *
     * @param limiter with a time-out of zero: a sender never waits
     * @throws IllegalArgumentException if its time-out is not zero
     */
    public static Interceptor rateLimit(RateLimiter limiter) {
        return new RateLimitInterceptor(Objects.requireNonNull(limiter, "limiter: null (expected: a RateLimiter)"));
    }

    /**
     * Refuses messages while the circuit breaker is open, and records with it how long the handling of each message took and whether
     * it failed.
     *
     * <p>Messages that were in the mailbox when it opened are still handled, and count; and while it is half open messages are let in
     * without a limit until enough of them are done. Cancelled work does not count.
     */
    public static Interceptor circuitBreaker(CircuitBreaker breaker) {
        return new CircuitBreakerInterceptor(
                Objects.requireNonNull(breaker, "breaker: null (expected: a CircuitBreaker)"));
    }
}
