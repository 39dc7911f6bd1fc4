package io.bastion.io;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** A call that the kernel's ring does not know, on a pool: an operation of the file like any other. */
final class UringDetour<T> implements Completion<T> {
    private final UringLoop loop;
    private final UringHandle owner;
    private final String name;
    private final Path path;
    private final Callable<T> call;
    private final Completion<T> completion;

    UringDetour(UringLoop loop, UringHandle owner, String name, Path path, Callable<T> call, Completion<T> completion) {
        this.loop = loop;
        this.owner = owner;
        this.name = name;
        this.path = path;
        this.call = call;
        this.completion = completion;
    }

    Cancel start(Executor pool) {
        try {
            loop.execute(() -> {
                if (owner.begin()) {
                    NioOp.start(pool, name, path, call, this);
                } else {
                    completion.failed(IoFault.closed(name, path));
                }
            });
        } catch (RejectedExecutionException e) {
            completion.failed(IoFault.closed(name, path));
        }
        return Cancel.NOTHING;
    }

    @Override
    public void done(T result) {
        loop.execute(() -> {
            try {
                completion.done(result);
            } finally {
                owner.ended();
            }
        });
    }

    @Override
    public void failed(Throwable fault) {
        loop.execute(() -> {
            try {
                completion.failed(fault);
            } finally {
                owner.ended();
            }
        });
    }
}
