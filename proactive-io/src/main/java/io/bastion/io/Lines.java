package io.bastion.io;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;

/** Lines of text out of a stream of buffers, which end where they end. */
public final class Lines {
    /** The default of the longest line: 1 MiB. */
    public static final int MAX_LENGTH = 1 << 20;

    private static final byte[] NEWLINE = {'\n'};

    private final Charset charset;
    private final int maxLength;

    /** The beginning of a line whose end has not come yet. */
    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

    private Lines(Charset charset, int maxLength) {
        this.charset = charset;
        this.maxLength = maxLength;
    }

    /**
     * The lines of a stream, without their ends ({@code \n} or {@code \r\n}); the last one need not have one. Releases the buffers, and keeps
     * demand exact: at most one buffer's lines wait.
     *
     * @param charset one in which a line feed is the byte 10 and nothing else, as in UTF-8 and ISO 8859
     * @param maxLength the longest line in bytes; a longer one is an error
     */
    public static Flux<String> of(Flux<ByteBuf> source, Charset charset, int maxLength) {
        Check.positive("maxLength", maxLength);
        if (!java.util.Arrays.equals("\n".getBytes(charset), NEWLINE)) {
            throw new IllegalArgumentException(
                    "charset: " + charset + " (expected: one in which a line feed is one byte, like UTF-8)");
        }
        return Flux.defer(() -> {
            Lines lines = new Lines(charset, maxLength);
            return source.map(lines::split).concatWith(Flux.defer(lines::last)).concatMapIterable(found -> found, 1);
        });
    }

    private List<String> split(ByteBuf buffer) {
        try {
            List<String> found = new ArrayList<>();
            while (buffer.isReadable()) {
                int length = buffer.bytesBefore((byte) '\n');
                append(buffer, length < 0 ? buffer.readableBytes() : length);
                if (length >= 0) {
                    buffer.skipBytes(1);
                    found.add(take());
                }
            }
            return found;
        } finally {
            buffer.release();
        }
    }

    private void append(ByteBuf buffer, int length) {
        if (length > maxLength - rest.size()) {
            throw new IllegalArgumentException("line: longer than " + maxLength + " bytes (expected: <= maxLength)");
        }
        byte[] bytes = new byte[length];
        buffer.readBytes(bytes);
        rest.writeBytes(bytes);
    }

    private String take() {
        byte[] line = rest.toByteArray();
        rest.reset();
        int length = line.length > 0 && line[line.length - 1] == '\r' ? line.length - 1 : line.length;
        return new String(line, 0, length, charset);
    }

    private Flux<List<String>> last() {
        return rest.size() == 0 ? Flux.empty() : Flux.just(List.of(take()));
    }
}
