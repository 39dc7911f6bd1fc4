package io.bastion.actor;

import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** One message on its way through the interceptors of a tell; for one thread. */
final class TellRun {
    private final List<Interceptor> interceptors;
    private final ActorCell<?> target;
    private final BiFunction<Object, ContextView, TellResult> mailbox;
    private TellResult result = TellResult.REFUSED;

    /** What the mailbox has said, if the message got there. */
    private @Nullable TellResult end;

    /** What the mailbox has thrown: the sender's. */
    private @Nullable Throwable thrown;

    TellRun(List<Interceptor> interceptors, ActorCell<?> target, BiFunction<Object, ContextView, TellResult> mailbox) {
        this.interceptors = interceptors;
        this.target = target;
        this.mailbox = mailbox;
    }

    void start(Object message, ContextView context) {
        result = tell(0, message, context);
    }

    /** What the outermost interceptor has said. */
    TellResult result() {
        return result;
    }

    /** Whether the message was passed on by all interceptors. */
    boolean reachedEnd() {
        return end != null;
    }

    /** What the mailbox has said; null if the message did not get there. */
    @Nullable TellResult end() {
        return end;
    }

    private TellResult tell(int index, Object message, ContextView context) {
        if (index == interceptors.size()) {
            try {
                TellResult said = mailbox.apply(message, context);
                end = said;
                return said;
            } catch (Throwable t) {
                thrown = t;
                throw t;
            }
        }
        Next next = new Next(index + 1, context);
        try {
            return Objects.requireNonNull(
                    interceptors.get(index).tell(target, message, next),
                    "tell: an interceptor returned null (expected: a TellResult)");
        } catch (Throwable t) {
            if (t == thrown) {
                throw t;
            }
            Report.failure(target, t, "in an interceptor, goes on without it");
        }
        return next.said != null ? next.said : tell(index + 1, message, context);
    }

    /** What one interceptor passes on to. */
    private final class Next implements Interceptor.TellChain {
        private final int index;
        private final ContextView context;
        private @Nullable TellResult said;

        Next(int index, ContextView context) {
            this.index = index;
            this.context = context;
        }

        @Override
        public ContextView context() {
            return context;
        }

        @Override
        public TellResult tell(Object message) {
            return tell(message, context);
        }

        @Override
        public TellResult tell(Object message, ContextView context) {
            Objects.requireNonNull(message, "message: null (expected: a message)");
            Objects.requireNonNull(context, "context: null (expected: a ContextView)");
            TellResult r = TellRun.this.tell(index, message, context);
            said = r;
            return r;
        }
    }
}
