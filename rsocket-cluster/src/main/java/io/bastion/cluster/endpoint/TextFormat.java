package io.bastion.cluster.endpoint;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text in UTF-8. */
final class TextFormat implements DataFormat {
    @Override
    public Object read(byte[] data, Class<?> type) throws CharacterCodingException {
        if (!type.isAssignableFrom(String.class)) {
            throw new IllegalArgumentException("type: " + type + " (expected: String)");
        }
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
    }

    @Override
    public byte[] write(Object value, Class<?> type) {
        if (!(value instanceof CharSequence text)) {
            throw new IllegalArgumentException("value: of " + value.getClass() + " (expected: a CharSequence)");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
