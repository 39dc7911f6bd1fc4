package io.bastion.examples.twins;

import io.bastion.actor.AskFailedException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers requests at which the actor of a device has failed. */
@RestControllerAdvice
final class FailedTwins {
    @ExceptionHandler
    ProblemDetail failed(AskFailedException failure) {
        return ProblemDetail.forStatusAndDetail(
                HttpStatus.INTERNAL_SERVER_ERROR, "The twin of the device has failed at this, and is restarted.");
    }
}
