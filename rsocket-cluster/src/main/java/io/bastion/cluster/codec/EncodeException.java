package io.bastion.cluster.codec;

/** A message of a registered type cannot be written; the cause is what its codec says. */
public final class EncodeException extends CodecException {
    private static final long serialVersionUID = 1;

    EncodeException(RegisteredType type, Throwable cause) {
        super(type + " cannot be written: " + cause, cause);
    }
}
