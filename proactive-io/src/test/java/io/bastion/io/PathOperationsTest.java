package io.bastion.io;

import static io.bastion.io.AsyncFileTest.fault;
import static io.bastion.io.Leftovers.proactor;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Operations on paths. */
class PathOperationsTest {
    @TempDir
    Path directory;

    @BackendTest
    void filesAndDirectories_areMadeRenamedAndDeleted(Backend backend) {
        Proactor io = proactor(backend);
        Path file = directory.resolve("file");
        Path other = directory.resolve("other");
        Path below = directory.resolve("x/y/z");

        io.create(file).block();
        assertThat(file).isEmptyFile();
        assertThat(fault(io.create(file)).code()).isEqualTo("EEXIST");
        assertThat(io.exists(file).block()).isTrue();
        assertThat(io.exists(other).block()).isFalse();

        io.create(other).block();
        io.rename(file, other).block();
        assertThat(file).doesNotExist();
        assertThat(fault(io.rename(file, other)).code()).isEqualTo("ENOENT");

        assertThat(fault(io.mkdir(below)).code()).isEqualTo("ENOENT");
        io.mkdirs(below).block();
        io.mkdirs(below).block();
        assertThat(fault(io.mkdir(below)).code()).isEqualTo("EEXIST");
        assertThat(fault(io.delete(directory.resolve("x")))).hasMessageContaining("ENOTEMPTY (Directory not empty)");
        io.delete(below).block();
        assertThat(below).doesNotExist();
        assertThat(fault(io.delete(below))).hasMessage("delete " + below + ": ENOENT (No such file or directory)");
        assertThat(Objects.requireNonNull(io.stat(directory).block()).kind()).isEqualTo(FileStat.Kind.DIRECTORY);
    }

    @BackendTest
    void listAndWalk_findAll_onDemand(Backend backend) throws IOException {
        Proactor io = proactor(backend);
        for (int i = 0; i < 300; i++) {
            Files.createFile(directory.resolve("f" + i));
        }
        Path deep = Files.createDirectories(directory.resolve("d/e"));
        Files.createFile(deep.resolve("g"));

        assertThat(io.list(directory).collectList().block()).hasSize(301).contains(directory.resolve("d"));
        assertThat(io.walk(directory).collectList().block())
                .hasSize(304)
                .contains(deep.resolve("g"))
                .startsWith(directory);
        assertThat(fault(io.list(directory.resolve("none")).then()).code()).isEqualTo("ENOENT");
        assertThat(fault(io.list(directory.resolve("f1")).then()).code()).isEqualTo("ENOTDIR");
    }

    @BackendTest
    void cancelledWalks_closeTheirDirectories(Backend backend) throws IOException {
        Assumptions.assumeTrue(Leftovers.hasDescriptors(), "no /proc/self/fd");
        Proactor io = proactor(backend);
        Files.createDirectories(directory.resolve("a/b/c/d"));
        for (int i = 0; i < 200; i++) {
            io.walk(directory).take(i % 5, false).blockLast();
            Disposable walk = io.walk(directory).subscribe();
            walk.dispose();
        }
        Await.until("directories closed", () -> Leftovers.descriptors(directory) == 0);
    }

    @BackendTest
    void copy_copies_andReplacesOnlyWhenTold(Backend backend) throws IOException {
        Proactor io = proactor(backend);
        byte[] content = Bytes.random(1, 500_000);
        Path from = Files.write(directory.resolve("from"), content);
        Path to = directory.resolve("to");

        assertThat(io.copy(from, to).block()).isEqualTo(500_000);
        assertThat(to).hasBinaryContent(content);
        Files.write(from, new byte[10]);
        assertThat(fault(io.copy(from, to)).code()).isEqualTo("EEXIST");
        assertThat(to).hasBinaryContent(content);
        assertThat(io.copy(from, to, REPLACE_EXISTING).block()).isEqualTo(10);
        assertThat(to).hasBinaryContent(new byte[10]);
        assertThat(fault(io.copy(from, from, REPLACE_EXISTING))).hasMessageContaining("onto itself");
        assertThat(from).hasSize(10);
    }

    @BackendTest
    void copyThatFailsOrIsCancelled_leavesNoHalfOfAFile(Backend backend) throws IOException {
        Proactor io = proactor(backend);
        Path to = directory.resolve("to");
        assertThat(fault(io.copy(directory, to)).code()).isEqualTo("EISDIR");
        assertThat(to).doesNotExist();

        Path large = directory.resolve("large");
        Files.write(large, new byte[20_000_000]);
        Path other = directory.resolve("other");
        io.copy(large, to).subscribe().dispose();
        io.copy(large, other).takeUntilOther(io.stat(large)).block();
        Await.until("the files closed", () -> io.openFiles() == 0);
        for (Path copy : new Path[] {to, other}) {
            Await.until("the half of a copy deleted", () -> Files.notExists(copy) || size(copy) == 20_000_000);
        }
    }

    private static long size(Path path) {
        try {
            return Files.size(path);
        } catch (IOException e) {
            return 0;
        }
    }

    @BackendTest
    void using_closes_howeverTheWorkEnds(Backend backend) throws IOException {
        Proactor io = proactor(backend);
        Path path = Files.writeString(directory.resolve("a"), "abc");

        assertThat(io.using(path, AsyncFile::size).block()).isEqualTo(3);
        assertThat(io.openFiles()).isZero();
        assertThat(fault(io.using(path, file -> file.truncate(0))).code()).isIn("EBADF", "EINVAL");
        assertThat(io.openFiles()).isZero();
        io.usingMany(path, file -> Flux.never()).subscribe().dispose();
        Await.until("closed", () -> io.openFiles() == 0);
    }
}
