package io.bastion.io;

import static io.bastion.io.AsyncFileTest.fault;
import static io.bastion.io.Leftovers.proactor;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Appends of many writers that become durable together. */
@Timeout(60)
@ExtendWith(Leftovers.class)
class GroupCommitTest {
    @TempDir
    Path directory;

    @BackendTest
    void manyWriters_shareSyncs_andEachLearnsWhereItsRecordIs(Backend backend) throws IOException {
        Path path = Files.writeString(directory.resolve("log"), "before;");
        AsyncFile log =
                Objects.requireNonNull(proactor(backend).open(path, WRITE).block());
        Map<String, Long> positions = new ConcurrentHashMap<>();

        Flux.range(0, 20)
                .flatMap(
                        writer -> Flux.range(0, 50)
                                .concatMap(i -> {
                                    String record = "w" + writer + "-" + i + ";";
                                    ByteBuf buffer = Bytes.direct(record);
                                    return log.append(buffer)
                                            .doOnNext(position -> positions.put(record, position))
                                            .doFinally(end -> buffer.release());
                                })
                                .subscribeOn(Schedulers.parallel()),
                        20)
                .blockLast(Duration.ofSeconds(40));

        String content = Files.readString(path);
        assertThat(positions).hasSize(1_000);
        positions.forEach((record, position) -> assertThat(content.startsWith(record, position.intValue()))
                .as("%s at %s", record, position)
                .isTrue());
        assertThat(content)
                .hasSize("before;".length()
                        + positions.keySet().stream().mapToInt(String::length).sum());
        assertThat(log.file().commits.groups()).isBetween(50L, 700L);
    }

    @BackendTest
    void records_areInTheOrderOfTheirSubscription(Backend backend) throws IOException {
        Path path = directory.resolve("log");
        AsyncFile log = Objects.requireNonNull(
                proactor(backend).open(path, CREATE, WRITE).block());
        ByteBuf[] records = {Bytes.direct("a"), Bytes.direct("bb"), Bytes.direct(""), Bytes.direct("ccc")};

        List<Long> positions = Flux.range(0, 400)
                .flatMapSequential(i -> log.append(records[i % 4]), 400)
                .collectList()
                .block();

        assertThat(Files.readString(path)).isEqualTo("abbccc".repeat(100));
        assertThat(Objects.requireNonNull(positions).subList(0, 5)).containsExactly(0L, 1L, 3L, 3L, 6L);
        for (ByteBuf record : records) {
            assertThat(record.release()).isTrue();
        }
    }

    @BackendTest
    void faultOfAGroup_isTheLastWord(Backend backend) {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "no /dev/full");
        AsyncFile log =
                Objects.requireNonNull(proactor(backend).open(full, WRITE).block());
        ByteBuf record = Bytes.direct("record");

        IoFault first = fault(log.append(record));
        assertThat(first.code()).isEqualTo("ENOSPC");
        assertThat(fault(log.append(record))).isSameAs(first);
        assertThat(record.refCnt()).isOne();
        record.release();
    }

    @Test
    void appendsThatComeWhileTheDiskIsBusy_areOneGroup_withoutThoseTakenBack() {
        SlowHandle disk = new SlowHandle();
        GroupCommit log = new GroupCommit(disk);
        disk.complete(100);
        CompletableFuture<@Nullable Long> first = append(log, "first").toFuture();
        assertThat(disk.next()).isEqualTo("stat");
        disk.complete(100);
        assertThat(disk.next()).isEqualTo("write first at 100");

        CompletableFuture<@Nullable Long> second = append(log, "second").toFuture();
        append(log, "third").subscribe().dispose();
        CompletableFuture<@Nullable Long> fourth = append(log, "fourth").toFuture();
        disk.complete(5);
        assertThat(disk.next()).isEqualTo("fdatasync");
        assertThat(first).isNotDone();
        disk.complete(0);
        assertThat(first).isCompletedWithValue(100L);

        assertThat(disk.next()).isEqualTo("write secondfourth at 105");
        disk.complete(12);
        assertThat(disk.next()).isEqualTo("fdatasync");
        assertThat(second).isNotDone();
        disk.complete(0);
        assertThat(second).isCompletedWithValue(105L);
        assertThat(fourth).isCompletedWithValue(111L);
        assertThat(log.groups()).isEqualTo(2);
    }

    private static Mono<Long> append(GroupCommit log, String text) {
        return OpMono.<Long, Long>of(done -> log.append(Bytes.direct(text), done), position -> position);
    }
}
