package io.bastion.actor;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** No reply came in time. Its message says who asked, and what the asked actor was doing. */
public final class AskTimeoutException extends TimeoutException {
    private static final long serialVersionUID = 1L;

    private final transient ActorRef<?> actor;
    private final Duration timeout;

    AskTimeoutException(ActorRef<?> actor, Duration timeout, String callSite, @Nullable String state) {
        super("ask: no reply from " + actor.path() + " within " + timeout.toMillis() + " ms; asked at " + callSite
                + (state == null ? "" : "; " + state));
        this.actor = actor;
        this.timeout = timeout;
    }

    /** The actor that did not reply. */
    public ActorRef<?> actor() {
        return actor;
    }

    /** How long the asker waited. */
    public Duration timeout() {
        return timeout;
    }

    /** Not filled in: the stack would be that of a worker. The message names the call site. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
