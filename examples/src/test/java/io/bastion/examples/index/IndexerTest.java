package io.bastion.examples.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorSystem;
import io.bastion.actor.MessageStats;
import io.bastion.actor.TreeEvent;
import io.bastion.io.Backend;
import io.bastion.io.Proactor;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** The index is that of an independent count of the same tree, whatever is in it, and no message is lost. */
@Timeout(120)
class IndexerTest {
    private static final ChunkReader READER = ChunkReader.chunks(4_096);

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 65536, ", "2, 2, 3, 509, NIO", "3, 7, 5, 4096, ", "0, 4, 4, 8192, NIO"})
    void hostileTree_isIndexedLikeByAPlainCount(
            long seed, int parsers, int reducers, int chunk, @Nullable Backend backend, @TempDir Path root)
            throws IOException {
        long random = seed != 0 ? seed : System.nanoTime();
        System.out.println("hostileTree: seed " + random);
        HostileTree.create(root, random);
        IndexReport report = indexedLikePlain(root, backend, parsers, reducers, ChunkReader.chunks(chunk));
        assertThat(report.causes().keySet())
                .contains(
                        "BinaryFileException",
                        "LineTooLongException",
                        "MalformedInputException",
                        "ENOENT",
                        "ELOOP", // a link to itself
                        "FileSystemLoopException");
        assertThat(report.causes().get("FileSystemLoopException"))
                .extracting(Failures::count)
                .isEqualTo(2L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin", "conf", "include", "legal"})
    void partOfTheJdk_isIndexedLikeByAPlainCount(String part) throws IOException {
        Path root = Path.of(System.getProperty("java.home"), part);
        Assumptions.assumeTrue(Files.isDirectory(root), () -> root + " is not there");
        indexedLikePlain(root.toRealPath(), null, 4, 4, READER);
    }

    @Test
    void emptyDirectory_hasAnEmptyIndex(@TempDir Path root) throws IOException {
        IndexReport report = indexedLikePlain(root, null, 4, 4, READER);
        assertThat(report.top()).isEmpty();
        assertThat(report.causes()).isEmpty();
    }

    @Test
    void unreadableFilesAndDirectories_areFailures(@TempDir Path root) throws IOException {
        Files.writeString(root.resolve("open"), "some words");
        Path file = Files.writeString(root.resolve("file"), "nobody may read this");
        Path directory = Files.createDirectory(root.resolve("directory"));
        Assumptions.assumeTrue(Files.getFileStore(root).supportsFileAttributeView("posix"), "no permissions here");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("---------"));
        Assumptions.assumeFalse(Files.isReadable(file), "this user may read everything");
        IndexReport report = indexedLikePlain(root, null, 2, 2, READER);
        assertThat(counts(report.causes())).isEqualTo(Map.of("EACCES", 2L));
    }

    @Test
    void filesThatVanishOrStallOrMayNotBeRead_areFailures_eachOfACauseOfItsOwn(@TempDir Path root) throws IOException {
        for (String name : List.of("here", "gone", "stalled", "denied", "also here")) {
            Files.writeString(root.resolve(name), "some words");
        }
        ChunkReader hostile = (files, file) -> switch (file.getFileName().toString()) {
            case "gone" -> Flux.defer(() -> READER.read(files, deleted(file)));
            case "stalled" -> READER.read(files, file).concatWith(Flux.never());
            case "denied" -> Flux.error(new AccessDeniedException(file.toString()));
            default -> READER.read(files, file);
        };
        // little patience where it is in vain, and much with those that are only slow
        ChunkReader patient = (files, file) -> hostile.patient(
                        file.endsWith("stalled") ? Duration.ofMillis(300) : Duration.ofMinutes(1))
                .read(files, file);
        try (Proactor io = Proactor.create();
                ActorSystem system = ActorSystem.create("index")) {
            IndexReport report = new Indexer(system, io, patient, 1, 1).index(root, progress -> {});
            assertThat(counts(report.causes()))
                    .isEqualTo(Map.of("ENOENT", 1L, "StalledReadException", 1L, "AccessDeniedException", 1L));
            assertThat(report.indexed()).isEqualTo(2);
            assertThat(report.top()).containsExactly(new TermCount("some", 2), new TermCount("words", 2));
            assertThat(report.addsUp()).isTrue();
        }
    }

    private static Path deleted(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return file;
    }

    @Test
    void aDefect_failsTheIndex_insteadOfBeingRestartedAway(@TempDir Path root) throws IOException {
        HostileTree.create(root, 1);
        ChunkReader broken = (files, file) ->
                file.endsWith("file7") ? Flux.error(new IllegalStateException("a defect")) : READER.read(files, file);
        try (Proactor io = Proactor.create();
                ActorSystem system = ActorSystem.create("index")) {
            assertThatThrownBy(() -> new Indexer(system, io, broken, 2, 2).index(root, progress -> {}))
                    .isInstanceOf(IndexingFailedException.class)
                    .hasMessage("indexing: failed, because of java.lang.IllegalStateException: a defect");
            assertThat(new Indexer(system, io, READER, 2, 2)
                            .index(root, progress -> {})
                            .indexed())
                    .isPositive(); // the system goes on
        }
    }

    @Test
    void aFile_isReadNoFurtherThanItsParserHasGone(@TempDir Path root) throws IOException {
        Files.writeString(root.resolve("large"), "large text\n".repeat(100_000));
        List<Long> ahead = new ArrayList<>();
        ChunkReader counting = (files, file) -> {
            long[] chunks = {0, 0};
            return READER.read(files, file).doOnNext(chunk -> chunks[0]++).doOnRequest(n -> {
                chunks[1] += n;
                ahead.add(chunks[1] - chunks[0]);
            });
        };
        try (Proactor io = Proactor.create();
                ActorSystem system = ActorSystem.create("index")) {
            new Indexer(system, io, counting, 1, 1).index(root, progress -> {});
        }
        assertThat(ahead).hasSizeGreaterThan(100).allMatch(n -> n <= 2);
    }

    @Test
    void progress_goesUpToAllFilesOneByOne(@TempDir Path root) throws IOException {
        HostileTree.create(root, 1);
        List<Progress> progress = new ArrayList<>();
        try (Proactor io = Proactor.create();
                ActorSystem system = ActorSystem.create("index")) {
            IndexReport report = new Indexer(system, io, READER, 4, 4).index(root, progress::add);
            long files = report.files();
            assertThat(progress.stream().mapToLong(Progress::done))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(0, files).boxed().toList());
            assertThat(progress.get(progress.size() - 1)).isEqualTo(new Progress(files, report.failed(), files));
        }
    }

    private static IndexReport indexedLikePlain(
            Path root, @Nullable Backend backend, int parsers, int reducers, ChunkReader reader) throws IOException {
        PlainCount plain = PlainCount.of(root);
        try (Proactor io = proactor(backend);
                ActorSystem system = ActorSystem.create("index")) {
            var restarts = system.events()
                    .filter(event -> event instanceof TreeEvent.Restarted
                            && event.actor().path().startsWith("bastion://index/index/parsers/"))
                    .count()
                    .toFuture();
            IndexReport report = new Indexer(system, io, reader, parsers, reducers).index(root, progress -> {});
            system.close();
            assertThat(report.restarts()).as("restarts").isEqualTo(restarts.join());
            assertThat(report.indexed()).as("indexed").isEqualTo(plain.indexed);
            assertThat(report.failed()).as("failed").isEqualTo(plain.failed());
            assertThat(report.bytes()).as("bytes").isEqualTo(plain.bytes);
            assertThat(report.lines()).as("lines").isEqualTo(plain.lines);
            assertThat(report.terms()).as("terms").isEqualTo(plain.terms());
            assertThat(report.distinct()).as("distinct").isEqualTo(plain.counts.size());
            assertThat(report.top()).as("top").isEqualTo(plain.top(10));
            assertThat(counts(report.causes())).as("causes").isEqualTo(plain.causes);
            assertThat(report.addsUp()).as("adds up: %s", report).isTrue();
            assertNothingIsLost(report, Objects.requireNonNull(system.stats().block()));
            return report;
        }
    }

    private static Proactor proactor(@Nullable Backend backend) {
        return backend == null
                ? Proactor.create()
                : Proactor.builder().backend(backend).build();
    }

    private static Map<String, Long> counts(Map<String, Failures> causes) {
        Map<String, Long> counts = new TreeMap<>();
        causes.forEach((cause, failures) -> counts.put(cause, failures.count()));
        return counts;
    }

    private static void assertNothingIsLost(IndexReport report, MessageStats atTheEnd) {
        MessageStats messages = report.messages();
        assertThat(messages.failed()).isEqualTo(report.failed());
        assertThat(messages.dropped() + messages.deadLettered() + messages.queued() + messages.refused())
                .isZero();
        assertThat(messages).isEqualTo(atTheEnd);
    }
}
