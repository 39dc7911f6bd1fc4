package io.bastion.benchmarks.work;

import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/** Numbers that go through a stage of a Reactor stream, to a consumer that counts and sums them. An operation is a number. */
public final class StreamLoads {
    private StreamLoads() {}

    /** The consumer's state; written by one thread at a time. */
    private static final class Sum extends PaddedCount {
        private long sum;

        void add(int number) {
            count++;
            sum += number;
        }
    }

    /** A range through a stage; an operator on another thread may pull it. */
    public static Work.Load pulled(UnaryOperator<Flux<Integer>> stage) {
        return operations -> run(stage, Flux.range(0, size(operations)), size(operations));
    }

    /** The same, and the range pushes. */
    public static Work.Load pushed(UnaryOperator<Flux<Integer>> stage) {
        return operations -> run(stage, Flux.range(0, size(operations)).hide(), size(operations));
    }

    /** How many numbers make so many operations. */
    public static int size(long operations) {
        return (int) Math.min(operations, Integer.MAX_VALUE - 1);
    }

    /** What the first numbers sum to. */
    public static long sumOf(int numbers) {
        return (long) numbers * (numbers - 1) / 2;
    }

    private static Run run(UnaryOperator<Flux<Integer>> stage, Flux<Integer> source, int size) throws Exception {
        Sum sum = new Sum();
        Finish finish = new Finish(1);
        long start = System.nanoTime();
        stage.apply(source).subscribe(sum::add, finish::failed, finish::reached);
        finish.await();
        long nanos = System.nanoTime() - start;
        Checks.equal("numbers", sum.count, size);
        Checks.equal("sum", sum.sum, sumOf(size));
        return new Run(size, nanos);
    }
}
