package io.bastion.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The operations on paths: calls of the JDK, on the pool. */
final class PathOperations {
    private final BlockingPool pool;
    private final Scheduler scheduler;

    PathOperations(BlockingPool pool) {
        this.pool = pool;
        this.scheduler = Schedulers.fromExecutor(pool);
    }

    Mono<FileStat> stat(Path path) {
        return call("stat", path, () -> {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return FileStat.of(attributes, attributes.size());
        });
    }

    Mono<Void> rename(Path from, Path to) {
        return run("rename", from, () -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
    }

    Mono<Void> delete(Path path) {
        return run("delete", path, () -> {
            Files.delete(path);
            return path;
        });
    }

    Mono<Void> mkdir(Path path) {
        return run("mkdir", path, () -> Files.createDirectory(path));
    }

    Mono<Void> mkdirs(Path path) {
        return run("mkdirs", path, () -> Files.createDirectories(path));
    }

    /** A copy of a file onto itself would begin by emptying it. */
    Mono<Void> refuseSame(Path from, Path to) {
        return run("copy", from, () -> {
            if (Files.exists(to) && Files.isSameFile(from, to)) {
                throw IoFault.of("copy", from, Errno.EINVAL, "onto itself");
            }
            return to;
        });
    }

    Flux<Path> list(Path directory) {
        return stream("list", directory, Files::list);
    }

    Flux<Path> walk(Path root) {
        return stream("walk", root, Files::walk);
    }

    private <T> Mono<T> call(String operation, Path path, Callable<T> call) {
        return OpMono.<T, T>of(done -> NioOp.start(pool, operation, path, call, done), result -> result);
    }

    private Mono<Void> run(String operation, Path path, Callable<?> call) {
        return OpMono.ofVoid(done -> NioOp.start(
                pool,
                operation,
                path,
                () -> {
                    call.call();
                    return 0;
                },
                done));
    }

    private interface Opening {
        Stream<Path> open(Path path) throws IOException;
    }

    /** An open directory; its cleanup never runs beside a step of its iteration. */
    private record Walk(Stream<Path> stream, Iterator<Path> paths) {
        static Walk of(Stream<Path> stream) {
            return new Walk(stream, stream.iterator());
        }
    }

    private Flux<Path> stream(String operation, Path path, Opening opening) {
        Function<Throwable, Throwable> fault = e -> IoFault.of(
                operation, path, e instanceof java.io.UncheckedIOException && e.getCause() != null ? e.getCause() : e);
        return Flux.<Path, Walk>generate(
                        () -> Walk.of(opening.open(path)),
                        (walk, sink) -> {
                            if (walk.paths().hasNext()) {
                                sink.next(walk.paths().next());
                            } else {
                                sink.complete();
                            }
                            return walk;
                        },
                        walk -> walk.stream().close())
                .onErrorMap(fault)
                .subscribeOn(scheduler);
    }
}
