package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.supervision.Backoff;
import io.bastion.supervision.Restart;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** The table of the documentation that compares supervision with Reactor's operators: each cell is run, and is what came out. */
@BastionTest
class PipelineComparisonTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final IOException FAILURE = new IOException("line is down");
    private static final int DEMAND = 12;

    /** What the publisher of a row does. */
    enum Row {
        BREAKS("the source fails after 0 1; the next subscription gives 2 3") {
            @Override
            Flux<Integer> publisher(int subscription, int from) {
                return subscription == 0 ? Tries.thenFail(FAILURE, 0, 1) : Flux.just(2, 3);
            }
        },
        FAILS_ONCE("an operator fails once, at 2 of 0 1 2 3 4") {
            @Override
            Flux<Integer> publisher(int subscription, int from) {
                return Flux.range(from, 5 - from).map(failingAt(subscription == 0 ? 2 : -1)::applyAsInt);
            }
        },
        FAILS_ALWAYS("an operator fails each time at 2 of 0 1 2 3 4") {
            @Override
            Flux<Integer> publisher(int subscription, int from) {
                return Flux.range(from, 5 - from).map(failingAt(2)::applyAsInt);
            }
        },
        FALLS_BACK("an operator fails at 1 of 0 1 2, and the pipeline itself puts 9 in its place") {
            @Override
            Flux<Integer> publisher(int subscription, int from) {
                return Flux.range(0, 3)
                        .concatMap(
                                n -> Mono.just(n).map(failingAt(1)::applyAsInt).onErrorReturn(9));
            }
        },
        COMPLETES("completes after 0 1, each time") {
            @Override
            Flux<Integer> publisher(int subscription, int from) {
                return Flux.just(0, 1);
            }
        },
        HOURLY("fails once an hour, an element before each of 5 failures") {
            @Override
            Flux<Integer> publisher(int subscription, int from) {
                return subscription == 5
                        ? Flux.just(5)
                        : Flux.just(subscription)
                                .concatWith(Mono.delay(Duration.ofHours(1)).then(Mono.error(FAILURE)));
            }
        },
        HOPELESS("gives an element and fails, again and again") {
            @Override
            Flux<Integer> publisher(int subscription, int from) {
                return Tries.thenFail(FAILURE, subscription);
            }
        },
        LINKAGE("a `LinkageError` in an operator, once, at 1 of 0 1 2") {
            @Override
            Flux<Integer> publisher(int subscription, int from) {
                return Flux.range(from, 3 - from).map(n -> {
                    if (n == 1 && subscription == 0) {
                        throw new NoClassDefFoundError("thrown by a test");
                    }
                    return n;
                });
            }
        },
        HOLDS("fails while operators hold 3 elements that are not requested yet") {
            @Override
            Flux<Integer> publisher(int subscription, int from) {
                return subscription > 0
                        ? Flux.just(7)
                        : Flux.merge(
                                Flux.range(0, 5), Mono.<Integer>error(FAILURE).delaySubscription(SECOND));
            }
        };

        private final String text;

        Row(String text) {
            this.text = text;
        }

        /**
         * What a subscription gives.
         *
         * @param from the resume point, where there is one: the element after the last
         */
        abstract Flux<Integer> publisher(int subscription, int from);

        private static IntUnaryOperator failingAt(int element) {
            return n -> {
                if (n == element) {
                    throw new IllegalStateException("failed at " + n);
                }
                return n;
            };
        }
    }

    /** What is put around the publisher; the same limits for all that have some. */
    enum Column {
        RETRY("`retryWhen(backoff(3, 1 s))`") {
            @Override
            Flux<Integer> around(Row row, TestKit kit) {
                return plain(row).retryWhen(Retry.backoff(3, SECOND).jitter(0));
            }
        },
        RETRY_TRANSIENT("the same, `transientErrors(true)`") {
            @Override
            Flux<Integer> around(Row row, TestKit kit) {
                return plain(row).retryWhen(Retry.backoff(3, SECOND).jitter(0).transientErrors(true));
            }
        },
        CONTINUE("`onErrorContinue`") {
            @Override
            Flux<Integer> around(Row row, TestKit kit) {
                return plain(row).onErrorContinue((error, element) -> {});
            }
        },
        REPEAT("`repeat()`") {
            @Override
            Flux<Integer> around(Row row, TestKit kit) {
                return plain(row).repeat();
            }
        },
        SUPERVISE("`supervise`, with a resume point") {
            @Override
            Flux<Integer> around(Row row, TestKit kit) {
                Tries<Integer> count = Tries.of(n -> Flux.empty());
                return Pipelines.supervise(
                                "row",
                                0,
                                (Integer from) -> row.publisher(count.count.getAndIncrement(), from),
                                (Integer point, Integer element) -> element + 1)
                        .restart(Restart.transientOnFailure()
                                .backoff(Backoff.exponential(SECOND, Duration.ofMinutes(1))))
                        .budget(3, Duration.ofMinutes(1))
                        .cold(kit.system());
            }
        };

        private final String text;

        Column(String text) {
            this.text = text;
        }

        abstract Flux<Integer> around(Row row, TestKit kit);

        private static Flux<Integer> plain(Row row) {
            return Flux.defer(Tries.of(n -> row.publisher(n, 0)));
        }
    }

    /** Takes what comes; also the error of a subscription that was thrown past the operators. */
    private static final class Recorder extends BaseSubscriber<Integer> {
        private final long demand;
        private final List<Integer> elements = new ArrayList<>();
        private String end = "…";

        Recorder(long demand) {
            this.demand = demand;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(demand);
        }

        @Override
        protected void hookOnNext(Integer element) {
            elements.add(element);
        }

        @Override
        protected void hookOnComplete() {
            end = "✓";
        }

        @Override
        protected void hookOnError(Throwable error) {
            end = "✗";
        }
    }

    /** The signals of a run: ✓ for completion, ✗ for an error, … when it goes on. */
    private static String run(Row row, Column column, TestKit kit) {
        int first = row == Row.HOLDS ? 2 : DEMAND;
        Recorder consumer = new Recorder(first);
        int told = kit.deadLetters().size();
        try {
            column.around(row, kit).subscribe(consumer);
        } catch (NoClassDefFoundError e) {
            consumer.end = "thrown at who subscribes";
        }
        kit.rest();
        kit.advanceBy(Duration.ofHours(8));
        if (first < DEMAND) {
            consumer.request(DEMAND - first);
        }
        kit.rest();
        String signals =
                consumer.elements.stream().map(Object::toString).collect(Collectors.joining(" ")) + " " + consumer.end;
        boolean lost = row == Row.HOLDS && !consumer.elements.contains(4);
        consumer.cancel();
        kit.rest();
        int reported = kit.deadLetters().size() - told;
        return lost ? signals + (reported == 0 ? ", nobody is told" : ", " + reported + " dead letters") : signals;
    }

    private static String table(Row row, TestKit kit) {
        StringBuilder line = new StringBuilder("| " + row.text + " |");
        for (Column column : Column.values()) {
            line.append(' ').append(run(row, column, kit)).append(" |");
        }
        return line.toString();
    }

    private static String document() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("docs/decisions.md"))) {
            root = Objects.requireNonNull(root.getParent(), "no docs/decisions.md above the working directory");
        }
        return Files.readString(root.resolve("docs/reactor-bridge.md"));
    }

    @ParameterizedTest
    @EnumSource
    void rowOfTheDocument_isWhatComesOut(Row row, TestKit kit) throws IOException {
        StringBuilder head = new StringBuilder("| the publisher |");
        for (Column column : Column.values()) {
            head.append(' ').append(column.text).append(" |");
        }
        assertThat(document().lines()).contains(head.toString(), table(row, kit));
    }
}
