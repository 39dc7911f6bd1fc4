package io.bastion.testkit;

import io.bastion.scheduler.WorkFrame;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.scheduler.NonBlocking;

/**
 * A worker thread that moves only while somebody waits for it: {@link #call} hands it a piece of work and blocks until that
 * is done.
 */
final class SteppedThread extends Thread implements NonBlocking, WorkFrame.FrameHolder {
    /** With a budget of one, so that something else may come between any two messages. */
    private final WorkFrame frame = new WorkFrame(1);

    private final BlockingQueue<FutureTask<?>> work = new LinkedBlockingQueue<>();

    /** Held by whoever waits. */
    private final ReentrantLock driving = new ReentrantLock();

    private final Duration bound;
    private volatile boolean ending;
    private volatile boolean halted;

    /**
     * @param bound how long a piece of work may take
     */
    SteppedThread(String name, Duration bound, UncaughtExceptionHandler handler) {
        super(null, null, name, 0, false); // without the thread locals of who happens to create it
        this.bound = bound;
        setDaemon(true);
        setUncaughtExceptionHandler(handler);
    }

    @Override
    public WorkFrame frame() {
        return frame;
    }

    /** Whether the work at hand is to be given up, because nobody waits for it any more. */
    boolean isHalted() {
        return halted || ending;
    }

    /**
     * Does a piece of work on this thread, while the calling one waits.
     *
     * @throws AssertionError if it takes longer than the bound; says where the thread is then
     * @throws IllegalStateException if called on this thread, while another thread waits, or after the end
     */
    <T> T call(Callable<T> callable) {
        if (Thread.currentThread() == this) {
            throw new IllegalStateException("run: called on " + getName() + " (expected: the thread of the test)");
        }
        if (ending) {
            throw new IllegalStateException("run: " + getName() + " was disposed (expected: a living scheduler)");
        }
        if (driving.isHeldByCurrentThread() || !driving.tryLock()) {
            throw new IllegalStateException(
                    "run: " + getName() + " is run already (expected: by one thread at a time)");
        }
        try {
            FutureTask<T> task = new FutureTask<>(callable);
            work.add(task);
            return get(task);
        } finally {
            driving.unlock();
        }
    }

    private <T> T get(FutureTask<T> task) {
        try {
            return task.get(bound.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw SteppedThread.<RuntimeException>sneaky(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            giveUp(task);
            throw new AssertionError(
                    "run: " + getName() + " has not come to rest (expected: within " + bound.toMillis() + " ms); it is"
                            + whereabouts(),
                    e);
        } catch (InterruptedException e) {
            giveUp(task);
            Thread.currentThread().interrupt();
            throw new AssertionError("run: interrupted while " + getName() + " ran; it is" + whereabouts(), e);
        }
    }

    /** Also one that this thread has not come to yet, and would take for one that is waited for. */
    private void giveUp(FutureTask<?> task) {
        task.cancel(false);
        halted = true;
    }

    private String whereabouts() {
        return Stream.of(getStackTrace()).map(element -> "\n    at " + element).collect(Collectors.joining());
    }

    @Override
    public void run() {
        while (!ending) {
            try {
                FutureTask<?> next = next();
                halted = false;
                next.run(); // keeps what is thrown for the waiting thread
            } catch (InterruptedException e) {
                // to look whether this is the end
            }
        }
    }

    private FutureTask<?> next() throws InterruptedException {
        return work.take();
    }

    /** Ends the thread; a step that is just running is interrupted. */
    void end() {
        ending = true;
        interrupt();
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneaky(Throwable error) throws E {
        throw (E) error;
    }
}
