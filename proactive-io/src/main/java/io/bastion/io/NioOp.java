package io.bastion.io;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call that blocks, run on a pool. A cancel comes in time until it runs: a running one is left to end. */
final class NioOp<T> implements Runnable, Cancel {
    private static final Logger LOG = LoggerFactory.getLogger(NioOp.class);

    private final AtomicBoolean taken = new AtomicBoolean();
    private final String name;
    private final @Nullable Path path;
    private final Callable<T> call;
    private final Completion<T> completion;

    private NioOp(String name, @Nullable Path path, Callable<T> call, Completion<T> completion) {
        this.name = name;
        this.path = path;
        this.call = call;
        this.completion = completion;
    }

    /**
     * Begins an operation.
     *
     * @param name what a fault calls it
     * @param path the file that a fault names
     */
    static <T> Cancel start(
            Executor pool, String name, @Nullable Path path, Callable<T> call, Completion<T> completion) {
        NioOp<T> operation = new NioOp<>(name, path, call, completion);
        try {
            pool.execute(operation);
        } catch (RejectedExecutionException e) {
            completion.failed(IoFault.of(name, path, Errno.ESHUTDOWN, "the proactor has been closed"));
        }
        return operation;
    }

    @Override
    public void run() {
        if (!taken.compareAndSet(false, true)) {
            return;
        }
        try {
            complete();
        } catch (Throwable e) {
            LOG.error("a subscriber threw at the completion of a file operation", e);
        }
    }

    private void complete() {
        T result;
        try {
            result = call.call();
        } catch (Throwable e) {
            completion.failed(IoFault.of(name, path, e));
            return;
        }
        completion.done(result);
    }

    @Override
    public void cancel() {
        if (taken.compareAndSet(false, true)) {
            completion.failed(IoFault.of(name, path, Errno.ECANCELED));
        }
    }
}
