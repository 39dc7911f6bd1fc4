package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The interceptors that are there to use. */
class InterceptorsTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();

    /** Fails on "fail". */
    private ActorSpec<Object> recording() {
        return ActorSpec.of(
                "a",
                () -> Behavior.receive((context, m) -> {
                    if (m.equals("fail")) {
                        throw new IllegalStateException("fail");
                    }
                    seen.add(m);
                }));
    }

    private static RateLimiter limiter(Duration timeout) {
        return RateLimiter.of(
                "test",
                RateLimiterConfig.custom()
                        .limitForPeriod(2)
                        .limitRefreshPeriod(Duration.ofHours(1))
                        .timeoutDuration(timeout)
                        .build());
    }

    private static CircuitBreaker breaker() {
        return CircuitBreaker.of(
                "test",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(2)
                        .minimumNumberOfCalls(2)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .build());
    }

    @Test
    void rateLimit_refusesWhatIsTooMuch() {
        ActorRef<Object> actor = test.spawn(recording().intercept(Interceptors.rateLimit(limiter(Duration.ZERO))));
        assertThat(actor.tell(1)).isEqualTo(TellResult.ACCEPTED);
        assertThat(actor.tell(2)).isEqualTo(TellResult.ACCEPTED);
        assertThat(actor.tell(3)).isEqualTo(TellResult.REFUSED);
        assertThat(seen.await(2)).containsExactly(1, 2);
        assertThat(test.rest().refused()).isEqualTo(1);
    }

    @Test
    void rateLimit_limiterThatWaits_isNotWaitedFor() {
        RateLimiter limiter = limiter(Duration.ofSeconds(5));
        assertThatThrownBy(() -> Interceptors.rateLimit(limiter))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limiter: a time-out of PT5S (expected: zero, a sender never waits)");
    }

    @Test
    void circuitBreaker_opensAfterFailures_refuses_andClosesAgain() {
        CircuitBreaker breaker = breaker();
        ActorRef<Object> actor = test.spawn(recording().intercept(Interceptors.circuitBreaker(breaker)));
        actor.tell("fail");
        actor.tell("fail");
        test.rest();
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(actor.tell("x")).isEqualTo(TellResult.REFUSED);
        breaker.transitionToHalfOpenState();
        for (int i = 0; i < 3; i++) {
            assertThat(breaker.tryAcquirePermission())
                    .as("no message holds a permission")
                    .isTrue();
            breaker.releasePermission();
        }
        assertThat(actor.tell("y")).isEqualTo(TellResult.ACCEPTED);
        assertThat(seen.await(1)).containsExactly("y");
        test.rest();
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void circuitBreaker_asynchronousHandler_recordsTheEndOfItsPublisher() {
        CircuitBreaker breaker = breaker();
        Sinks.Empty<Void> end = Sinks.empty();
        ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of(
                        "a",
                        () -> Behavior.receiveAsync(2, (context, m) -> {
                            seen.add(m);
                            return m.equals("never") ? Mono.never() : end.asMono();
                        }))
                .intercept(Interceptors.circuitBreaker(breaker)));
        actor.tell("m");
        actor.tell("never");
        seen.await(2);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
        end.tryEmitError(new IllegalStateException());
        test.settle();
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls())
                .as("cancelled work does not count")
                .isEqualTo(1);
    }

    @Test
    void logging_writesWhatHappens_andAnAppenderThatThrowsChangesNothing() {
        Logger logger = (Logger) LoggerFactory.getLogger("interceptors");
        logger.setAdditive(false);
        logger.setLevel(ch.qos.logback.classic.Level.INFO);
        Recorder<String> lines = new Recorder<>();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            public void doAppend(ILoggingEvent event) {
                lines.add(event.getFormattedMessage().replaceAll("[0-9]+ us", "n us"));
                throw new IllegalStateException("of the appender");
            }

            @Override
            protected void append(ILoggingEvent event) {}
        };
        appender.start();
        logger.addAppender(appender);
        ActorRef<Object> actor = test.spawn(recording().intercept(Interceptors.logging(logger, Level.INFO)));
        assertThat(actor.tell("m")).isEqualTo(TellResult.ACCEPTED);
        seen.await(1);
        actor.tell("fail");
        test.rest();
        actor.stop();
        TestSystem.end(actor);
        List<String> all = lines.await(6);
        assertThat(all)
                .contains(
                        "bastion://test/a is sent java.lang.String: ACCEPTED",
                        "bastion://test/a has handled java.lang.String in n us",
                        "bastion://test/a has failed at java.lang.String after n us: java.lang.IllegalStateException",
                        "bastion://test/a gets the signal io.bastion.actor.Signal$Stopped");
        logger.detachAppender(appender);
    }
}
