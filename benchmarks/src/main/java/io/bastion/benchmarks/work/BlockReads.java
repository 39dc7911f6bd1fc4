package io.bastion.benchmarks.work;

import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Random reads of single blocks, a number of them at a time: chains, each of which begins its next read when it has its last.
 * Every block is the one that was asked for. An operation is a read.
 */
public final class BlockReads implements FileLoad {
    private final DataFile file;
    private final Block[] blocks;
    private final @Nullable Scheduler caller;

    /**
     * Reads of a file.
     *
     * @param depth how many at a time
     * @param caller takes the results and begins the reads; null if that is to be the thread on which the results come
     */
    public BlockReads(DataFile file, int depth, Supplier<Block> block, @Nullable Scheduler caller) {
        this.file = file;
        this.caller = caller;
        blocks = Stream.generate(block).limit(depth).toArray(Block[]::new);
    }

    @Override
    public long least() {
        return blocks.length;
    }

    @Override
    public Run run(long operations) throws InterruptedException {
        long each = Math.max(1, operations / blocks.length);
        Finish finish = new Finish(blocks.length);
        long start = System.nanoTime();
        for (int i = 0; i < blocks.length; i++) {
            Chain chain = new Chain(blocks[i], new SplittableRandom(i), each, finish);
            if (caller == null) {
                chain.next();
            } else {
                caller.schedule(chain::next);
            }
        }
        finish.await();
        return new Run(each * blocks.length, System.nanoTime() - start);
    }

    private final class Chain implements CoreSubscriber<Integer> {
        private final Block block;
        private final SplittableRandom random;
        private final Finish finish;
        private long left;
        private long number;

        Chain(Block block, SplittableRandom random, long reads, Finish finish) {
            this.block = block;
            this.random = random;
            this.finish = finish;
            left = reads;
        }

        void next() {
            number = random.nextLong(file.blocks());
            Mono<Integer> read = block.read(number * DataFile.BLOCK);
            (caller == null ? read : read.publishOn(caller)).subscribe(this);
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Integer bytes) {
            try {
                Checks.equal("bytes", bytes, DataFile.BLOCK);
                Checks.equal("block", block.number(), number);
            } catch (IllegalStateException e) {
                finish.failed(e);
            }
        }

        @Override
        public void onError(Throwable thrown) {
            finish.failed(thrown);
        }

        @Override
        public void onComplete() {
            if (--left == 0) {
                finish.reached();
            } else {
                next();
            }
        }
    }
}
