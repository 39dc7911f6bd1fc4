package io.bastion.examples.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Walks a directory tree: its regular files, in the order of their names. Links are not followed, so that it ends and no file
 * comes twice.
 *
 * <p>What cannot be followed is handed out like a file, and whoever reads it finds out why: directories that may not be
 * read, and links that lead nowhere or in a circle. So nothing goes missing in silence.
 *
 * <p>Goes on only when it is asked to, unlike {@link Files#walkFileTree}, and goes on behind a directory that cannot be
 * read, unlike {@link Files#walk}. Blocks on the file system. Not thread-safe.
 */
final class FileTree implements Iterator<Path> {
    /** What is still to visit of the directories from the root down to the present one. */
    private final Deque<Iterator<Path>> open = new ArrayDeque<>();

    private @Nullable Path next;

    FileTree(Path root) {
        enter(root);
    }

    /** How many there are in a tree. */
    static long count(Path root) {
        long files = 0;
        for (FileTree tree = new FileTree(root); tree.hasNext(); tree.next()) {
            files++;
        }
        return files;
    }

    @Override
    public boolean hasNext() {
        while (next == null && !open.isEmpty()) {
            Iterator<Path> siblings = open.peek();
            if (siblings.hasNext()) {
                visit(siblings.next());
            } else {
                open.pop();
            }
        }
        return next != null;
    }

    @Override
    public Path next() {
        Path file = hasNext() ? next : null;
        if (file == null) {
            throw new NoSuchElementException("next: none left (expected: hasNext)");
        }
        next = null;
        return file;
    }

    private void visit(Path path) {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            enter(path);
        } else if (Files.isSymbolicLink(path) ? isAstray(path) : Files.isRegularFile(path)) {
            next = path;
        }
    }

    private void enter(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            List<Path> sorted = children.sorted().toList();
            open.push(sorted.iterator());
        } catch (IOException | UncheckedIOException e) {
            next = directory;
        }
    }

    /** Whether a link leads nowhere, or up to where it came from. */
    private static boolean isAstray(Path link) {
        try {
            return link.resolveSibling("").toRealPath().startsWith(link.toRealPath());
        } catch (IOException e) {
            return true;
        }
    }
}
