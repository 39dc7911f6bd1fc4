package io.bastion.cluster.codec;

import org.jspecify.annotations.Nullable;

/** A message that does not become bytes, or bytes that do not become a message. */
public sealed class CodecException extends RuntimeException
        permits UnregisteredTypeException, EncodeException, DecodeException {
    private static final long serialVersionUID = 1;

    CodecException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
