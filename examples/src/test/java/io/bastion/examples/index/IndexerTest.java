package io.bastion.examples.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.MessageStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index is that of an independent count of the same tree, whatever is in it, and no message is lost. */
@Timeout(120)
class IndexerTest {
    @Test
    void treeOfHostileFilesIsIndexedLikeByAPlainCount(@TempDir Path root) throws IOException {
        HostileTree.create(root);
        IndexReport report = indexedLikePlain(root);
        assertThat(report.causes().keySet())
                .contains("BinaryFileException", "LineTooLongException", "MalformedInputException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin", "conf", "include", "legal"})
    void partOfTheJdkIsIndexedLikeByAPlainCount(String part) throws IOException {
        Path root = Path.of(System.getProperty("java.home"), part);
        Assumptions.assumeTrue(Files.isDirectory(root), () -> root + " is not there");
        indexedLikePlain(root.toRealPath());
    }

    @Test
    void emptyDirectoryHasAnEmptyIndex(@TempDir Path root) {
        IndexReport report = indexedLikePlain(root);
        assertThat(report.top()).isEmpty();
        assertThat(report.causes()).isEmpty();
    }

    @Test
    void progressGoesUpToAllFilesOneByOne(@TempDir Path root) throws IOException {
        HostileTree.create(root);
        List<Progress> progress = new ArrayList<>();
        IndexReport report = Indexer.index(root, progress::add);
        long files = report.indexed() + report.failed();
        assertThat(progress.stream().mapToLong(Progress::done))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(0, files).boxed().toList());
        assertThat(progress.get(progress.size() - 1)).isEqualTo(new Progress(files, report.failed(), files));
    }

    private static IndexReport indexedLikePlain(Path root) {
        PlainCount plain = PlainCount.of(root);
        IndexReport report = Indexer.index(root, progress -> {});
        assertThat(report.indexed()).as("indexed").isEqualTo(plain.indexed);
        assertThat(report.failed()).as("failed").isEqualTo(plain.failed());
        assertThat(report.bytes()).as("bytes").isEqualTo(plain.bytes);
        assertThat(report.lines()).as("lines").isEqualTo(plain.lines);
        assertThat(report.terms()).as("terms").isEqualTo(plain.terms());
        assertThat(report.distinct()).as("distinct").isEqualTo(plain.counts.size());
        assertThat(report.top()).as("top").isEqualTo(plain.top(10));
        assertThat(counts(report.causes())).as("causes").isEqualTo(plain.causes);
        assertConserved(report);
        return report;
    }

    private static Map<String, Long> counts(Map<String, Failures> causes) {
        Map<String, Long> counts = new TreeMap<>();
        causes.forEach((cause, failures) -> counts.put(cause, failures.count()));
        return counts;
    }

    private static void assertConserved(IndexReport report) {
        MessageStats messages = report.messages();
        assertThat(messages.conserved()).as("%s", messages).isTrue();
        assertThat(messages.failed()).isEqualTo(report.failed());
        assertThat(messages.dropped() + messages.deadLettered() + messages.queued())
                .isZero();
    }
}
