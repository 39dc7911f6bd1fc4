package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Fuseable;

/** Runs a {@link Behavior.ReceiveAsync}: subscribes to what it returns and blocks the mailbox at its concurrency. */
final class AsyncHandler<M> implements Behavior.Receive<M>, Behaviors.Wrapper {
    private final ActorCell<M> cell;
    private final Behavior.ReceiveAsync<M> behavior;
    private final int concurrency;

    AsyncHandler(ActorCell<M> cell, Behavior.ReceiveAsync<M> behavior) {
        this.cell = cell;
        this.behavior = behavior;
        concurrency = behavior.concurrency();
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency: " + concurrency + " (expected: >= 1)");
        }
    }

    @Override
    public void receive(ActorContext<M> context, M message) throws Exception {
        Publisher<?> work = behavior.receive(context, message);
        Objects.requireNonNull(work, "receive: returned null (expected: a Publisher)");
        if (work instanceof Fuseable.ScalarCallable<?> done && hasNoError(done)) {
            return;
        }
        MessageNode node = cell.currentNode();
        InWork inWork = new InWork(cell, node);
        if (node instanceof ContextNode c && c.request() != null) {
            c.request().isNowIn(inWork);
        }
        cell.enterWork(inWork);
        boolean goesOn;
        try {
            goesOn = inWork.run(work);
        } catch (Throwable t) { // what Reactor throws past onError
            inWork.cut();
            cell.leaveWork(inWork);
            throw t;
        }
        if (!goesOn) {
            cell.leaveWork(inWork);
            Throwable error = inWork.error();
            if (error != null) {
                throw sneaky(error);
            }
        }
    }

    @Override
    public Behavior<?> wrapped() {
        return behavior;
    }

    /** Whether a publisher that ends at once has a value or none; an error is signalled as the object that it is. */
    private static boolean hasNoError(Callable<?> done) {
        try {
            done.call();
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    /** Whether another message may begin while so many are in work. */
    boolean hasRoom(int inWork) {
        return inWork < concurrency;
    }

    @Override
    public void onSignal(ActorContext<M> context, Signal signal) throws Exception {
        behavior.onSignal(context, signal);
    }

    /** The very object that was signalled reaches the parent. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <T extends Throwable> RuntimeException sneaky(@Nullable Throwable t) throws T {
        throw (T) t;
    }
}
