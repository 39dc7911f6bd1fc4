package io.bastion.examples.twins;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** There is no device of that name. Over HTTP it is status 404. */
final class UnknownDeviceException extends ErrorResponseException {
    private static final long serialVersionUID = 1L;

    UnknownDeviceException(DeviceId id) {
        super(
                HttpStatus.NOT_FOUND,
                ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, "There is no device " + id + "."),
                null);
    }
}
