package io.bastion.examples;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.io.AsyncFile;
import io.bastion.io.Proactor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Workers compute, and one actor writes what they find to a file. The rows that come while the disk is busy make the next write
 * and share its sync, and a worker that is ahead of the disk waits.
 */
public final class DistributedFileWriter {
    private static final int NUMBERS = 10_000;

    /** How many steps it takes from a number to 1, if it is halved when it is even and else becomes three times itself and one. */
    record Row(int number, int steps) {
        static Row of(int number) {
            int steps = 0;
            for (long n = number; n != 1; n = n % 2 == 0 ? n / 2 : 3 * n + 1) {
                steps++;
            }
            return new Row(number, steps);
        }

        static Row parse(String line) {
            int space = line.indexOf(' ');
            return new Row(Integer.parseInt(line.substring(0, space)), Integer.parseInt(line.substring(space + 1)));
        }

        ByteBuf toLine() {
            return ByteBufUtil.writeUtf8(PooledByteBufAllocator.DEFAULT, number + " " + steps + "\n");
        }
    }

    /** Has handled a row when it is on the disk. */
    static final class Writer implements Function<ActorContext<Row>, Behavior<Row>> {
        private static final int AT_A_TIME = 256;

        private final Proactor io;
        private final Path path;

        Writer(Proactor io, Path path) {
            this.io = io;
            this.path = path;
        }

        @Override
        public Behavior<Row> apply(ActorContext<Row> context) {
            Mono<AsyncFile> file =
                    io.files(context).open(path, StandardOpenOption.WRITE).cache();
            return Behavior.receiveAsync(AT_A_TIME, (c, row) -> file.flatMap(opened -> append(opened, row)));
        }

        private static Mono<Long> append(AsyncFile file, Row row) {
            return Mono.using(row::toLine, file::append, ByteBuf::release);
        }
    }

    private DistributedFileWriter() {}

    private static Publisher<?> compute(ActorRef<Row> writer, int number) {
        return writer.send(Row.of(number));
    }

    public static void main(String[] args) throws IOException {
        Path path = Files.createTempFile("rows", ".txt");
        try (Proactor io = Proactor.create();
                ActorSystem system = ActorSystem.create("steps")) {
            ActorRef<Row> writer = system.spawn(ActorSpec.of("writer", new Writer(io, path)));
            system.supervise(GroupSpec.of(
                            "workers",
                            4,
                            ActorSpec.<Integer>of(
                                    "worker", () -> Behavior.receiveAsync((context, n) -> compute(writer, n)))))
                    .whenStarted()
                    .block();
            Distributor<Integer> workers = system.distributor("workers", Integer.class);
            Flux.range(1, NUMBERS).concatMap(workers::sendOne).blockLast();
            Flux.fromIterable(workers.members())
                    .flatMap(DistributedFileWriter::drained)
                    .blockLast();
            drained(writer).block();

            System.out.println("handled: " + writer.stats().handled());
            io.usingMany(path, file -> file.lines().map(Row::parse))
                    .distinct(Row::number)
                    .collectList()
                    .doOnNext(rows -> System.out.println("rows in the file: " + rows.size()))
                    .flatMapIterable(rows -> rows)
                    .sort(Comparator.comparing(Row::steps).reversed())
                    .next()
                    .doOnNext(row -> System.out.println("longest: " + row))
                    .block();
        } finally {
            Files.delete(path);
        }
    }

    private static Mono<?> drained(ActorRef<?> actor) {
        return Mono.defer(() -> {
            actor.drain();
            return actor.whenTerminated();
        });
    }
}
