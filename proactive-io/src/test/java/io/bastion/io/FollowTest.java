package io.bastion.io;

import static io.bastion.io.Leftovers.proactor;
import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;

/** A file that is followed as it grows. */
class FollowTest {
    private static final Duration SOON = Duration.ofMillis(5);

    @TempDir
    Path directory;

    @BackendTest
    void followedFile_givesWhatIsAppended_andBeginsAgainWhenItIsTruncated(Backend backend) throws IOException {
        Path path = Files.writeString(directory.resolve("log"), "skipped\nfirst\nsec");
        AsyncFile file = Objects.requireNonNull(proactor(backend).open(path).block());
        List<String> lines = new CopyOnWriteArrayList<>();
        Disposable following =
                Lines.of(file.follow(8, SOON), StandardCharsets.UTF_8, 100).subscribe(lines::add);

        Await.until("what is there", () -> lines.size() == 1);
        Files.writeString(path, "ond\nthird\n", APPEND);
        Await.until("what is appended", () -> lines.size() == 3);
        Files.writeString(path, "new\n");
        Await.until("the new beginning", () -> lines.size() == 4);
        assertThat(lines).containsExactly("first", "second", "third", "new");

        following.dispose();
        file.close().block();
    }

    @BackendTest
    void followedFile_keepsToDemand(Backend backend) throws IOException {
        Path path = Files.writeString(directory.resolve("log"), "1\n2\n3\n");
        AsyncFile file = Objects.requireNonNull(proactor(backend).open(path).block());

        List<String> two = Lines.of(file.follow(0, SOON), StandardCharsets.UTF_8, 10)
                .take(2)
                .collectList()
                .block();

        assertThat(two).containsExactly("1", "2");
        file.close().block();
    }
}
