package io.bastion.actor;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.concurrent.CancellationException;

/** See {@link Interceptors#circuitBreaker}. */
final class CircuitBreakerInterceptor implements Interceptor {
    private final CircuitBreaker breaker;

    CircuitBreakerInterceptor(CircuitBreaker breaker) {
        this.breaker = breaker;
    }

    @Override
    public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
        if (!breaker.tryAcquirePermission()) {
            return TellResult.REFUSED;
        }
        // Given back at once: a permission that is kept by a message which is never handled would hold the breaker half
        // open.
        breaker.releasePermission();
        return next.tell(message);
    }

    @Override
    public void receive(ActorContext<?> context, Object message, ReceiveChain next) throws Exception {
        long start = breaker.getCurrentTimestamp();
        next.receive(message, failure -> {
            long duration = breaker.getCurrentTimestamp() - start;
            if (failure == null) {
                breaker.onSuccess(duration, breaker.getTimestampUnit());
            } else if (!(failure instanceof CancellationException)) {
                breaker.onError(duration, breaker.getTimestampUnit(), failure);
            }
        });
    }
}
