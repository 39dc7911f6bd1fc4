package io.bastion.examples.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Terms do not depend on where the chunks of a file begin and end. */
class TokenizerTest {
    private static final byte[] TEXT = "Straße, STRASSE\n東京都庁前 𐐀𐐁𐐂𐐃 tiny ab1cd".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 1_000})
    void chunksOfAnySizeGiveTheSameTerms(int size) throws IOException {
        Tokenizer tokenizer = new Tokenizer();
        for (int file = 0; file < 2; file++) {
            for (int i = 0; i < TEXT.length; i += size) {
                tokenizer.accept(ByteBuffer.wrap(TEXT, i, Math.min(size, TEXT.length - i)));
            }
            assertThat(tokenizer.finish())
                    .isEqualTo(new FileTerms(
                            TEXT.length,
                            2,
                            5,
                            Map.of("straße", 1, "strasse", 1, "東京都庁前", 1, "𐐨𐐩𐐪𐐫", 1, "tiny", 1)));
        }
    }

    @Test
    void fileThatEndsWithinACharacterIsMalformed() throws IOException {
        Tokenizer tokenizer = new Tokenizer();
        tokenizer.accept(ByteBuffer.wrap(new byte[] {'a', (byte) 0xE8, (byte) 0xAA}));
        assertThatThrownBy(tokenizer::finish).isInstanceOf(MalformedInputException.class);
    }

    @Test
    void firstOffenceDecides() {
        byte[] nulThenMalformed = {'a', 0, (byte) 0xFF};
        byte[] malformedThenNul = {'a', (byte) 0xFF, 0};
        assertThatThrownBy(() -> new Tokenizer().accept(ByteBuffer.wrap(nulThenMalformed)))
                .isInstanceOf(BinaryFileException.class);
        assertThatThrownBy(() -> new Tokenizer().accept(ByteBuffer.wrap(malformedThenNul)))
                .isInstanceOf(MalformedInputException.class);
    }
}
