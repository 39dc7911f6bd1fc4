package io.bastion.examples.index;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Splits the bytes of a file into terms: runs of at least {@value #SHORTEST_TERM} letters, in lower case.
 *
 * <p>Takes the bytes in chunks of any size. What it throws is decided by the first offending character, wherever the chunks
 * begin and end. After it threw it is in no defined state: whoever uses it lets it go. Not thread-safe.
 */
final class Tokenizer {
    /** Letters of the shortest run that counts. */
    static final int SHORTEST_TERM = 4;

    /** Characters of the longest line that is taken for text. */
    static final int LONGEST_LINE = 1 << 20;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);

    private final CharBuffer chars = CharBuffer.allocate(8 * 1024);

    /** The bytes of a character that has begun; UTF-8 has at most four. */
    private final ByteBuffer begun = ByteBuffer.allocate(4);

    private final StringBuilder term = new StringBuilder();
    private Map<String, Integer> counts = new HashMap<>();
    private long bytes;
    private long lines;
    private long terms;
    private int lineLength;

    /** Takes the next bytes of the file. */
    void accept(ByteBuffer chunk) throws BinaryFileException, LineTooLongException, CharacterCodingException {
        bytes += chunk.remaining();
        while (begun.position() > 0 && chunk.hasRemaining()) {
            begun.put(chunk.get());
            begun.flip();
            decode(begun, false);
            begun.compact();
        }
        decode(chunk, false);
        begun.put(chunk);
    }

    /** Takes the end of the file and begins with the next one. */
    FileTerms finish() throws BinaryFileException, LineTooLongException, CharacterCodingException {
        begun.flip();
        decode(begun, true);
        decoder.reset();
        begun.clear();
        endTerm();
        FileTerms result = new FileTerms(bytes, lineLength > 0 ? lines + 1 : lines, terms, counts);
        counts = new HashMap<>();
        bytes = 0;
        lines = 0;
        terms = 0;
        lineLength = 0;
        return result;
    }

    private void decode(ByteBuffer input, boolean last)
            throws BinaryFileException, LineTooLongException, CharacterCodingException {
        CoderResult result;
        do {
            result = decoder.decode(input, chars, last);
            chars.flip();
            take(chars);
            chars.clear();
        } while (result.isOverflow());
        if (result.isError()) {
            result.throwException();
        }
    }

    private void take(CharSequence text) throws BinaryFileException, LineTooLongException {
        int codePoint;
        for (int i = 0; i < text.length(); i += Character.charCount(codePoint)) {
            codePoint = Character.codePointAt(text, i);
            if (codePoint == 0) {
                throw new BinaryFileException();
            }
            if (codePoint == '\n') {
                lines++;
                lineLength = 0;
            } else if ((lineLength += Character.charCount(codePoint)) > LONGEST_LINE) {
                throw new LineTooLongException(LONGEST_LINE);
            }
            if (Character.isLetter(codePoint)) {
                term.appendCodePoint(codePoint);
            } else {
                endTerm();
            }
        }
    }

    private void endTerm() {
        if (term.length() >= SHORTEST_TERM && term.codePointCount(0, term.length()) >= SHORTEST_TERM) {
            counts.merge(term.toString().toLowerCase(Locale.ROOT), 1, Integer::sum);
            terms++;
        }
        term.setLength(0);
    }
}
