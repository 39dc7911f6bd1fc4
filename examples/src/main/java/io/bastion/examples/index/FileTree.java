package io.bastion.examples.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Walks a directory tree: the regular files in it, in the order of their names. Links are not followed, so that it ends.
 *
 * <p>Goes on only when it is asked to, unlike {@link Files#walkFileTree}, and goes on behind a directory that cannot be
 * read, unlike {@link Files#walk}. Blocks on the file system. Not thread-safe.
 */
final class FileTree implements Iterator<Path> {
    /** What is still to visit of the directories from the root down to the present one. */
    private final Deque<Iterator<Path>> open = new ArrayDeque<>();

    private final BiConsumer<Path, IOException> unreadable;
    private @Nullable Path next;

    /**
     * @param root where to begin
     * @param unreadable is told of directories that cannot be read
     */
    FileTree(Path root, BiConsumer<Path, IOException> unreadable) {
        this.unreadable = unreadable;
        enter(root);
    }

    /** The number of files in a tree. */
    static long count(Path root) {
        long files = 0;
        for (FileTree tree = new FileTree(root, (directory, cause) -> {}); tree.hasNext(); tree.next()) {
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
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            next = path;
        }
    }

    private void enter(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            List<Path> sorted = children.sorted().toList();
            open.push(sorted.iterator());
        } catch (IOException e) {
            unreadable.accept(directory, e);
        }
    }
}
