package io.bastion.cluster.codec;

import org.jspecify.annotations.Nullable;

/** Bytes are not the message that they claim to be; the cause, if any, is what the codec of that type says. */
public final class DecodeException extends CodecException {
    private static final long serialVersionUID = 1;

    DecodeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
