package io.bastion.cluster.endpoint;

import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.AskRefusedException;
import io.bastion.actor.UndispatchedException;
import io.rsocket.RSocketErrorException;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.exceptions.CanceledException;
import io.rsocket.exceptions.RejectedException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;

/**
 * What clients are told of a failure, by RSocket's codes: REJECTED was not processed for sure, CANCELED may have been, INVALID
 * never will be. What an exception says stays here, except if it was made for clients.
 */
final class Failures {
    private static final Logger LOGGER = LoggerFactory.getLogger(RSocketEndpoint.class);

    private Failures() {}

    static RSocketErrorException toldOf(Throwable failure) {
        Throwable error = Exceptions.unwrap(failure);
        if (error instanceof RSocketErrorException told) {
            return told;
        }
        if (error instanceof AskRefusedException) {
            LOGGER.debug("rejected: {}", error.getMessage());
            return new RejectedException("overloaded: no room for the request (expected: fewer at a time)");
        }
        if (error instanceof UndispatchedException) {
            LOGGER.debug("rejected: {}", error.getMessage());
            return new RejectedException("unavailable: nobody is there for the request (expected: to try later)");
        }
        if (error instanceof ActorTerminatedException) {
            LOGGER.debug("cancelled: {}", error.getMessage());
            return new CanceledException("unavailable: terminated (expected: somebody who handles the request)");
        }
        if (error instanceof TimeoutException) {
            LOGGER.debug("cancelled: {}", error.getMessage());
            return new CanceledException("timeout: no reply (expected: one in time)");
        }
        LOGGER.warn("a request failed", error);
        return new ApplicationErrorException("failed: the handling of the request");
    }
}
