package io.bastion.examples.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The index of a directory tree by other means: one thread, whole files, regular expressions, no actors. */
final class PlainCount {
    private static final Pattern TERM = Pattern.compile("\\p{L}{4,}");

    /** The kernel's names of what the JDK reports in its own words. */
    private static final Map<Class<?>, String> ERRORS = Map.of(
            NoSuchFileException.class,
            "ENOENT",
            AccessDeniedException.class,
            "EACCES",
            FileSystemException.class,
            "ELOOP");

    final Map<String, Long> counts = new HashMap<>();
    final Map<String, Long> causes = new TreeMap<>();
    long indexed;
    long bytes;
    long lines;

    static PlainCount of(Path root) {
        PlainCount count = new PlainCount();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()) {
                        count.add(file);
                    } else if (attributes.isSymbolicLink()) {
                        count.addLink(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    count.addFailure(e.getClass());
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count;
    }

    long terms() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    long failed() {
        return causes.values().stream().mapToLong(Long::longValue).sum();
    }

    List<TermCount> top(int howMany) {
        return counts.entrySet().stream()
                .map(e -> new TermCount(e.getKey(), e.getValue()))
                .sorted(TermCount.MOST_FREQUENT)
                .limit(howMany)
                .toList();
    }

    private void addFailure(Class<?> cause) {
        causes.merge(ERRORS.getOrDefault(cause, cause.getSimpleName()), 1L, Long::sum);
    }

    /** Only one that leads nowhere, or to a directory that it is in, is a failure. */
    private void addLink(Path link) {
        try {
            Path target = link.toRealPath();
            for (Path p = link.toAbsolutePath().getParent(); p != null; p = p.getParent()) {
                if (Files.isSameFile(p, target)) {
                    addFailure(FileSystemLoopException.class);
                    return;
                }
            }
        } catch (IOException e) {
            addFailure(e.getClass());
        }
    }

    private void add(Path file) {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (IOException e) {
            addFailure(e.getClass());
            return;
        }
        CharBuffer chars = CharBuffer.allocate(content.length + 1);
        CoderResult decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content), chars, true);
        String text = chars.flip().toString();
        int nul = text.indexOf(0);
        int tooLong = endOfLongLine(text);
        if (nul >= 0 && (tooLong < 0 || nul < tooLong)) {
            addFailure(BinaryFileException.class);
        } else if (tooLong >= 0) {
            addFailure(LineTooLongException.class);
        } else if (decoded.isError()) {
            addFailure(MalformedInputException.class);
        } else {
            addText(text, content.length);
        }
    }

    /** Where the first line that is too long becomes too long, or -1. */
    private static int endOfLongLine(String text) {
        int start = 0;
        for (String line : text.split("\n", -1)) {
            if (line.length() > Tokenizer.LONGEST_LINE) {
                return start + Tokenizer.LONGEST_LINE;
            }
            start += line.length() + 1;
        }
        return -1;
    }

    private void addText(String text, long length) {
        indexed++;
        bytes += length;
        lines += text.chars().filter(c -> c == '\n').count() + (text.isEmpty() || text.endsWith("\n") ? 0 : 1);
        for (Matcher m = TERM.matcher(text); m.find(); ) {
            counts.merge(m.group().toLowerCase(Locale.ROOT), 1L, Long::sum);
        }
    }
}
