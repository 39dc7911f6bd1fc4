package io.bastion.examples.index;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;

/** A directory tree with everything in it that an indexer may meet. */
final class HostileTree {
    private static final int MIXED_FILES = 300;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEÄÖÜßéñΣςЖш東京語𐐀𝒂 0123456789.,-_\n\n\r\t   ";

    private HostileTree() {}

    /** Fills an empty directory, in part with files that the seed decides about. */
    static void create(Path root, long seed) throws IOException {
        texts(Files.createDirectories(root.resolve("texts")));
        notTexts(Files.createDirectories(root.resolve("not texts")));
        mixed(Files.createDirectories(root.resolve("mixed")), new Random(seed));
        links(root);
        Path deep = root;
        for (int i = 0; i < 40; i++) {
            deep = deep.resolve("d");
        }
        Files.createDirectories(deep.resolve("empty"));
        Files.writeString(deep.resolve("bottom.txt"), "deep below everything");
    }

    private static void texts(Path dir) throws IOException {
        Files.createFile(dir.resolve("empty.txt"));
        Files.writeString(dir.resolve("only an end of line"), "\n");
        Files.writeString(dir.resolve("dos.txt"), "first line\r\nsecond line\r\nno end");
        Files.writeString(dir.resolve("byte order mark"), "\uFEFFmarked words");
        Files.writeString(
                dir.resolve("many scripts"),
                "Straße ΟΔΥΣΣΕΥΣ поезд поезд 東京都庁前 𐐀𐐁𐐂𐐃 𝒂𝒃𝒄 naïveté İstanbul don't four4more\n");
        Files.writeString(dir.resolve("long line"), "a word ".repeat(Tokenizer.LONGEST_LINE / 7));
        // characters of three and four bytes across the boundaries of chunks
        Files.writeString(dir.resolve("large"), ("語".repeat(5) + " 𐐀𐐁𐐂𐐃 large text" + " x\n").repeat(60_000));
    }

    private static void notTexts(Path dir) throws IOException {
        Files.write(dir.resolve("nul"), "text\0 and more".getBytes(StandardCharsets.UTF_8));
        Files.write(dir.resolve("nul late"), ("word ".repeat(100_000) + "\0").getBytes(StandardCharsets.UTF_8));
        Files.write(dir.resolve("latin-1"), "caf\u00e9 au lait".getBytes(StandardCharsets.ISO_8859_1));
        Files.write(dir.resolve("truncated"), new byte[] {'w', 'o', 'r', 'd', 's', (byte) 0xE8, (byte) 0xAA});
        Files.write(dir.resolve("surrogate"), new byte[] {'w', 'o', 'r', 'd', (byte) 0xED, (byte) 0xA0, (byte) 0x80});
        Files.writeString(dir.resolve("line too long"), "x".repeat(Tokenizer.LONGEST_LINE + 1));
        Files.writeString(dir.resolve("line too long, then nul"), "x".repeat(Tokenizer.LONGEST_LINE + 1) + "\0");
        Files.writeString(dir.resolve("nul, then line too long"), "\0" + "x".repeat(Tokenizer.LONGEST_LINE + 1));
        byte[] noise = new byte[300_000];
        new Random(1).nextBytes(noise);
        Files.write(dir.resolve("noise"), noise);
        Path secret = Files.writeString(dir.resolve("secret"), "nobody may read this");
        if (Files.getFileStore(secret).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(
                    secret, PosixFilePermissions.fromString("---------")); // root may all the same
        }
    }

    private static void mixed(Path dir, Random random) throws IOException {
        int[] letters = LETTERS.codePoints().toArray();
        for (int i = 0; i < MIXED_FILES; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(i + 1) * 10; n > 0; n--) {
                text.appendCodePoint(letters[random.nextInt(letters.length)]);
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            if (bytes.length > 0 && random.nextInt(3) == 0) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? 0 : random.nextInt());
            }
            Files.write(dir.resolve("file" + i), bytes);
        }
    }

    private static void links(Path root) throws IOException {
        try {
            Files.createSymbolicLink(root.resolve("loop"), root);
            Files.createSymbolicLink(root.resolve("texts/up"), Path.of("..", "texts"));
            Files.createSymbolicLink(root.resolve("self"), Path.of("self"));
            Files.createSymbolicLink(root.resolve("dangling"), root.resolve("nowhere"));
            Files.createSymbolicLink(root.resolve("aside"), root.resolve("mixed"));
            Files.createSymbolicLink(root.resolve("alias"), root.resolve("texts/dos.txt"));
        } catch (UnsupportedOperationException e) {
            // a file system without links has no trouble with them
        }
    }
}
